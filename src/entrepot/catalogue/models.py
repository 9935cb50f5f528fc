"""Tables of this room."""

from entrepot.base.derived import DERIVED
from entrepot.catalogue import search_table
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.documents import listening, refresh_missing
from entrepot.catalogue.icon_models import Icon
from entrepot.catalogue.mapping_models import Mapping, Merge
from entrepot.catalogue.product_models import Product, ProductImage, ProductMetafield
from entrepot.catalogue.record_models import Document, Override, State, Version

__all__ = [
    "Category",
    "Document",
    "Icon",
    "Mapping",
    "Merge",
    "Override",
    "Product",
    "ProductImage",
    "ProductMetafield",
    "State",
    "Version",
    "listening",
    "search_table",
]

DERIVED["catalogue"] = refresh_missing
