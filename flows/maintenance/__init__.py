"""What is done to a history and asked of it after its nightly runs."""
