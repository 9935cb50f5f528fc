"""The worker's inside: only its own process imports what is here."""
