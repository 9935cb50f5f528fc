"""Imports into the catalogue, and their history."""
