"""Who of the firm's clients the first sheet names, and why."""
