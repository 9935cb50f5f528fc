"""Our own database as it is and as it was: looked at, noted, told."""
