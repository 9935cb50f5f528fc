"""What the generic routes do with posted records: process, look through, gather."""
