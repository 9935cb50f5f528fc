"""The pages of this room, a module for each subject."""

from entrepot.catalogue.pages import (
    bulk,
    categories,
    category_choosing,
    category_forms,
    exporting,
    icons,
    listing,
    mappings,
    pictures,
    product,
    product_images,
    ready_feeds,
    system,
    tree_import,
    versions,
)
from entrepot.catalogue.pages.blueprint import (
    bp,
)

__all__ = [
    "bp",
    "bulk",
    "categories",
    "category_choosing",
    "category_forms",
    "exporting",
    "icons",
    "listing",
    "mappings",
    "pictures",
    "product",
    "product_images",
    "ready_feeds",
    "system",
    "tree_import",
    "versions",
]
