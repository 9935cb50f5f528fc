"""A backup put in our database's place."""
