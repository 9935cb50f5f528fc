"""Products, categories, images, icons."""
