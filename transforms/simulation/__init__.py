"""A plan of rounds on a pool of people, and what becomes of their profiles."""
