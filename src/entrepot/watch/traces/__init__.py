"""Traces: which requests and jobs took how long, and with what."""
