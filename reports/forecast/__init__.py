"""The workbook of a forecast."""
