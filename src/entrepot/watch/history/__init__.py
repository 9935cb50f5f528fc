"""Metrics over months: what was counted and read, kept by minute, hour and day."""
