"""The report of a run, and its tables for people and programs."""
