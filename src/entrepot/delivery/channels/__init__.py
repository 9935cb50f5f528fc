"""Ways of sending things out, one file each."""
