"""The API of this room, a module for each subject."""

from entrepot.dataproducts.api import csn, looking, older, products
from entrepot.dataproducts.api.blueprint import bp

__all__ = ["bp", "csn", "looking", "older", "products"]
