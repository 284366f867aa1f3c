"""The intake: from files to typed good rows, with every other row reported cell by cell."""
