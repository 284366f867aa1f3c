"""Files that appear whole, with the rights and the encryption that the firm has set."""
