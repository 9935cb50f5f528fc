"""Sign in, stay in, sign out."""
