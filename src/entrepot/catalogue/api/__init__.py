"""`/api/products…`, `/api/categories…`, `/api/icons…`: a module each subject."""

from entrepot.catalogue.api import (
    bulk,
    categories,
    icons,
    images,
    looking,
    mappings,
    overrides,
    products,
    ready_feeds,
    serving,
    system,
    trees,
    versions,
)
from entrepot.catalogue.api.blueprint import (
    bp,
)

__all__ = [
    "bp",
    "bulk",
    "categories",
    "icons",
    "images",
    "looking",
    "mappings",
    "overrides",
    "products",
    "ready_feeds",
    "serving",
    "system",
    "trees",
    "versions",
]
