"""Tables of this room."""

from entrepot.catalogue.category_models import Category
from entrepot.catalogue.icon_models import Icon
from entrepot.catalogue.product_models import Product, ProductImage, ProductMetafield

__all__ = ["Category", "Icon", "Product", "ProductImage", "ProductMetafield"]
