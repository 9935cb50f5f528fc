"""Where lines go in: taken, cleaned, kept, shown, and forgotten again."""
