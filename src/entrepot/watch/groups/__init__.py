"""Errors as groups: one for each cause, however often it came."""
