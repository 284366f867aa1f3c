"""The alerts of a nightly run: what is new, what lies ahead, and who must act by when."""
