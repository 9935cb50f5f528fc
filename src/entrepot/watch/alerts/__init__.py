"""Rules that are looked at again and again, what they found, and who is told."""
