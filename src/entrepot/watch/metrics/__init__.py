"""What is counted and read off, and how Prometheus gets it."""
