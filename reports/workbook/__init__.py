"""How a workbook is made: cells, tables, first page, print set-up, links, charts and looks."""
