"""Client lists larger than memory: the rows of Parquet files, a partition of the clients at a time."""
