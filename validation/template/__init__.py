"""The empty client list that a firm fills in: its words in English and French, its workbook, and its example rows."""
