"""Values that people keep in our database, and the settings among them."""
