"""What the XLSX format is made of: cells, sheets, workbooks."""
