"""Room: rows to files."""
