"""What changed between two nights, or between two laws, and why."""
