"""`entrepot catalogue …`: a module for each subject."""

from entrepot.catalogue.cli import (
    categories,
    icons,
    images,
    init,
    mappings,
    product_versions,
    products,
    ready_feeds,
)
from entrepot.catalogue.cli.command import (
    group,
)

__all__ = [
    "categories",
    "group",
    "icons",
    "images",
    "init",
    "mappings",
    "product_versions",
    "products",
    "ready_feeds",
]
