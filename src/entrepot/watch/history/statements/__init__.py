"""Statements by their shape: how often, how long, how many rows, and the last plan."""
