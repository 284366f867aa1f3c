"""Named rules over typed rows, the pandera schemas, and the messages on what they refuse."""
