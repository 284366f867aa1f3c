"""The law on facts: programs, CRS, categories, and the rank in the pool."""
