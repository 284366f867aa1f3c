"""Pure polars: facts, eligibility, CRS, ranking and rounds; frames in, frames out."""
