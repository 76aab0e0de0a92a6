"""Tables of things, one thing a row: CSV or XLSX, brought in and written out."""
