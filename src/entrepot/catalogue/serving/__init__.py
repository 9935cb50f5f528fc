"""Document 004's catalogue: products from samples or a database, whichever answers."""
