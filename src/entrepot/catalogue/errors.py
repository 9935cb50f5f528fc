"""What can go wrong with products."""

from __future__ import annotations

from entrepot.base.errors import Conflict, Missing, Outdated, Unavailable


class ProductNewer(Outdated):
    """Somebody changed the product meanwhile."""


class ProductExists(Conflict):
    """A product has this already."""


class BulkChanged(Conflict):
    """The products are not what the preview showed."""


class ProductNotFound(Missing):
    """Product not found."""


class NoProductsTable(Unavailable):
    """There is no table of products."""


class DatabaseAway(Unavailable):
    """The database of the products cannot be read now."""
