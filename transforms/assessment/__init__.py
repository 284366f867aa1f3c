"""A client as of a day: facts settled, the choice of language results, and the scores of that day."""
