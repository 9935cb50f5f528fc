"""Copies of our database, made and checked before they are called good."""
