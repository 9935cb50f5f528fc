"""Room: SQL. Statements run behind the wall, are kept in a history, and saved."""
