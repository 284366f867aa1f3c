"""One page about each client, for the licensed professional: a sheet of a workbook, or a page of a PDF file."""
