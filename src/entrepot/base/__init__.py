"""Ground floor: what every room stands on; it knows no room and no Flask."""
