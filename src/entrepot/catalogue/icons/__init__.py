"""Icons of categories: drawn here from their words, one of each category holds."""
