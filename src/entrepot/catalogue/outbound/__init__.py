"""The catalogue going out: rows for exports, and feeds that are always ready."""
