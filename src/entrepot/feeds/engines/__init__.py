"""What several formats, or several sources, are made with."""
