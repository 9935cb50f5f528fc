"""Posted records and uploaded files become a spool: one Arrow stream on disk."""
