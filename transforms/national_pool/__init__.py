"""The modelled national pool: people by band, score and group, where cut-offs fall, and who arrives."""
