"""Files to sheets of text: what is looked at before any parser, and the readers."""
