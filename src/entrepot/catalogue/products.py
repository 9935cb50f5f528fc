"""Find products, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from entrepot.base.entities import check_count, check_word
from entrepot.base.errors import Invalid
from entrepot.catalogue import paths
from entrepot.catalogue.categories import get_category
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.product_models import Product, ProductImage
from entrepot.catalogue.words import PRODUCT_STATUSES

MOST_PER_PAGE = 1_000
SEARCHED = ("sku", "name", "description", "brand", "manufacturer_part_number")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFilter:
    """What the products have in common; None asks for nothing.

    Attributes:
        q: Stands somewhere in SKU, name, description, brand or part number.
        category_id: The category, or one below it.
        has_image: Has a picture that is kept here, or the address of one.
        at_most_in_stock: Counts its stock, and has no more than this.
    """

    q: str = ""
    status: str | None = None
    category_id: int | None = None
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    has_image: bool | None = None
    at_most_in_stock: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPage:
    """One page of what was found, and how many there are of everything."""

    items: list[Product]
    total: int
    page: int
    per_page: int

    @property
    def total_pages(self) -> int:
        """Return the number of pages; 0 where nothing was found."""
        return -(-self.total // self.per_page)

    @property
    def has_prev(self) -> bool:
        """Tell whether there is a page before this one."""
        return self.page > 1

    @property
    def has_next(self) -> bool:
        """Tell whether there is a page after this one."""
        return self.page < self.total_pages


def search_products(
    session: Session, wanted: ProductFilter, *, page: int = 1, per_page: int = 50
) -> ProductPage:
    """Return one page of the products that a filter lets through, by name.

    Raises:
        Invalid: There can be no such page, or no such status.
        NotThere: There is no such category.
    """
    if page < 1 or not 1 <= per_page <= MOST_PER_PAGE:
        raise Invalid(f"pages begin with 1 and have 1 to {MOST_PER_PAGE} products")
    conditions = list(_conditions(session, wanted))
    found = select(Product).where(*conditions)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    items = session.scalars(
        found.options(joinedload(Product.category))
        .order_by(Product.name, Product.id)
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return ProductPage(items=list(items), total=total, page=page, per_page=per_page)


def _conditions(
    session: Session, wanted: ProductFilter
) -> Iterator[ColumnElement[bool]]:
    if wanted.q.strip():
        yield _contains(wanted.q.strip())
    if wanted.status is not None:
        yield Product.status == check_word("status", wanted.status, PRODUCT_STATUSES)
    if wanted.category_id is not None:
        path = get_category(session, wanted.category_id).path or ""
        inside = select(Category.id).where(paths.below(path))
        yield Product.category_id.in_(inside)
    if wanted.price_from is not None:
        yield Product.price >= wanted.price_from
    if wanted.price_to is not None:
        yield Product.price <= wanted.price_to
    if wanted.has_image is not None:
        yield _has_image() if wanted.has_image else ~_has_image()
    if wanted.at_most_in_stock is not None:
        limit = check_count("at_most_in_stock", wanted.at_most_in_stock)
        yield and_(Product.track_inventory, Product.inventory_quantity <= limit)


def _contains(text: str) -> ColumnElement[bool]:
    columns = (getattr(Product, name) for name in SEARCHED)
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def _has_image() -> ColumnElement[bool]:
    kept = exists().where(ProductImage.product_id == Product.id, ProductImage.is_active)
    address = func.coalesce(Product.featured_image_url, "") != ""
    return or_(kept, address)
