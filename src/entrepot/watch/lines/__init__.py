"""Where lines come out: found, counted, drawn."""
