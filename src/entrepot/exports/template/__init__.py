"""Templates: documents that say which columns a file has, and how they look."""
