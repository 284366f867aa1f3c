"""The commands, by what they are about; each imports what it needs only once it runs."""
