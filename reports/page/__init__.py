"""The page of charts: one HTML file that needs no server, no script and no network."""
