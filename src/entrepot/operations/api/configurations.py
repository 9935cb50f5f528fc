"""Settings kept in our database."""
