"""What a command shows and says: screen, links, progress, stages, logs, language, and errors as JSON."""
