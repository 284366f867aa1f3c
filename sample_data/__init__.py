"""Two made-up firms' workbooks, the published rounds, and the generator that made the workbooks."""
