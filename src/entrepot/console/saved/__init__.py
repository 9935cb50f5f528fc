"""Saved queries: their parameters, versions, tags, links, and who uses them."""
