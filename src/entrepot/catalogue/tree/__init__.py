"""The tree of categories: what is done to it, imports of trees, mappings, counts."""
