"""What of a client's record does not fit together: summaries, empty cells, and stated scores."""
