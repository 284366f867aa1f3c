"""One module a sheet of the report, each with `add(book, contents)`; reports/report/report.py puts them in order."""
