"""Ways of making icons: a module each."""
