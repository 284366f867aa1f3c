"""A firm's own files: what its map says of headings, values, dates and sheets."""
