"""Logs and what they tell."""
