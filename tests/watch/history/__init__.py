"""Metrics over months, usage, statements, and the durable log."""
