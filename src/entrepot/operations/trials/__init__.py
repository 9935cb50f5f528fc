"""Queries of people's own on our database, which change nothing."""
