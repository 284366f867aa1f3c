"""The workbook of a simulation."""
