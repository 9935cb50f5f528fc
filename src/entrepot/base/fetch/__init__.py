"""The one HTTP client: it asks only where it may, and takes only what it is to."""
