"""The border: what an intake looks like, how it is read, and which rows may pass."""
