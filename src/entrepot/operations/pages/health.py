"""How our own database is."""
