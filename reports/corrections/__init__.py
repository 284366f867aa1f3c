"""The firm's own file given back with every problem marked in it: edited in its package, not rewritten by a library."""
