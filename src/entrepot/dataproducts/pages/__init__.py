"""The pages of this room, a module for each subject."""

from entrepot.dataproducts.pages import csn, looking, products
from entrepot.dataproducts.pages.blueprint import bp

__all__ = ["bp", "csn", "looking", "products"]
