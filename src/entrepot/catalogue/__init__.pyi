from .categories import (
    Branch,
    count_products,
    create_category,
    delete_category,
    get_category,
    list_ancestors,
    list_descendants,
    load_tree,
    move_category,
    rebuild_paths,
    rename_category,
)
from .icons import (
    IconStatistics,
    activate,
    get_statistics,
    list_duplicates,
    soft_delete,
)
from .images import NewImage, add_image, hash_of, set_featured
from .models import Category, Icon, Product, ProductImage, ProductMetafield
from .products import ProductFilter, ProductPage, search_products

__all__ = [
    "Branch",
    "Category",
    "Icon",
    "IconStatistics",
    "NewImage",
    "Product",
    "ProductFilter",
    "ProductImage",
    "ProductMetafield",
    "ProductPage",
    "activate",
    "add_image",
    "count_products",
    "create_category",
    "delete_category",
    "get_category",
    "get_statistics",
    "hash_of",
    "list_ancestors",
    "list_descendants",
    "list_duplicates",
    "load_tree",
    "move_category",
    "rebuild_paths",
    "rename_category",
    "search_products",
    "set_featured",
    "soft_delete",
]
