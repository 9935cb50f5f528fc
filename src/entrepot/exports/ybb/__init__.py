"""Exports as the clients of the data management service know them."""
