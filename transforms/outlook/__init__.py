"""What lies ahead of each client: dated events, deadlines, the application stage, and what is news."""
