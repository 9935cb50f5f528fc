"""Room: schemas as products: their tables, structure and rows."""

from entrepot.dataproducts.rows import read_rows
from entrepot.dataproducts.service import (
    get_product,
    get_structure,
    list_products,
    list_tables,
)
from entrepot.dataproducts.spec import (
    Product,
    Rows,
    RowsRequest,
    Unreachable,
)

__all__ = [
    "Product",
    "Rows",
    "RowsRequest",
    "Unreachable",
    "get_product",
    "get_structure",
    "list_products",
    "list_tables",
    "read_rows",
]
