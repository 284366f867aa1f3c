"""How fast drawline is, beside other ways to compute the same: `python -m benchmarks`, or `make bench`."""
