"""People, their roles and keys, and the record of what they did."""
