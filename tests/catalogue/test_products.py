"""Products: exact prices, clean keys, and how they are found."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from entrepot.base.entities import money
from entrepot.base.errors import Invalid, InvalidValue
from entrepot.catalogue import (
    Product,
    ProductImage,
    ProductMetafield,
)


def test_the_document_s_product_is_stored(both):
    """With a float as its price and the first category of a new database."""
    with both.store.session() as session:
        product = Product(
            sku="TEST001", name="Test Product", price=19.99, category_id=1
        )
        session.add(product)

    with both.store.read_session() as session:
        query = select(Product).options(joinedload(Product.category))
        kept = session.scalars(query).one()
    assert (kept.sku, kept.price, kept.currency) == ("TEST001", Decimal("19.99"), "USD")
    assert kept.category.name == "Office Supplies"
    assert (kept.status, kept.is_active, kept.track_inventory) == ("draft", True, True)
    assert (kept.weight_unit, kept.dimension_unit) == ("kg", "cm")
    assert kept.shopify_sync_status == "pending"


@pytest.mark.parametrize(
    "price", ["0.01", "0.10", "19.99", "1234567890.12", "9999999999.99", "5"]
)
def test_a_price_comes_back_exactly(both, price):
    """On both databases, to the last cent; and it is found by its value."""
    with both.store.session() as session:
        session.add(Product(sku="a", name="A", price=float(price)))

    with both.store.read_session() as session:
        found = session.scalars(select(Product).where(Product.price == Decimal(price)))
        kept = found.one().price
        total = session.scalar(select(func.sum(Product.price)))
    assert (str(kept), str(total)) == (f"{Decimal(price):.2f}",) * 2


@given(cents=st.integers(0, 10**12 - 1))
def test_a_float_means_what_it_shows(cents):
    """Every amount of 12 digits survives the way through a float."""
    exact = Decimal(cents).scaleb(-2)

    assert money("price", float(exact)) == exact


@pytest.mark.parametrize(
    "price",
    [-0.01, "-1", 19.999, 1e10, float("nan"), float("inf"), "dear", None, True],
)
def test_a_price_that_is_none_is_refused(price):
    """As `ValueError`, which the documents promise, and as our own kind."""
    assert Product(sku="a", name="A", price=0).price == 0
    with pytest.raises(InvalidValue, match="price") as caught:
        Product(sku="a", name="A", price=price)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, Invalid)


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("sku", " ab-1 ", "  "),
        ("sku", "x" * 100, "x" * 101),
        ("name", "A", ""),
        ("cost_price", None, -1),
        ("compare_at_price", 3.5, "3,5"),
        ("currency", "eur", "EURO"),
        ("currency", "CHF", "€€€"),
        ("status", "active", "sold"),
        ("shopify_sync_status", "partial", "draft"),
    ],
)
def test_a_field_is_checked_when_it_is_set(field, good, bad):
    """The product keeps what it had."""
    product = Product(sku="a", name="A", price=1)
    setattr(product, field, good)
    before = getattr(product, field)

    with pytest.raises(ValueError, match=field):
        setattr(product, field, bad)
    assert getattr(product, field) == before


def test_a_sku_is_in_capitals_without_blanks():
    """So that the same article is the same key."""
    assert Product(sku="  ab-12c\n", name="A", price=1).sku == "AB-12C"


def test_json_changes_in_place_are_stored(both):
    """Lists and objects, twice."""
    with both.store.session() as session:
        session.add(
            Product(sku="a", name="A", price=1, metafields={}, additional_images=[])
        )
    for number in (1, 2):
        with both.store.session() as session:
            product = session.scalars(select(Product)).one()
            product.metafields[f"k{number}"] = number
            product.additional_images.append(f"{number}.png")

    with both.store.read_session() as session:
        product = session.scalars(select(Product)).one()
    assert product.metafields == {"k1": 1, "k2": 2}
    assert product.additional_images == ["1.png", "2.png"]


def test_what_belongs_to_a_product_goes_with_it(both):
    """Pictures and further facts; also when plain SQL deletes it."""
    with both.store.session() as session:
        product = Product(sku="a", name="A", price=1)
        product.images.append(ProductImage(filename="a.png", file_path="a.png"))
        product.metafield_rows.append(
            ProductMetafield(namespace="custom", key="size", value="3")
        )
        session.add(product)
    with both.store.session() as session:
        session.execute(text("DELETE FROM products"))

    with both.store.read_session() as session:
        left = [
            session.scalar(select(func.count()).select_from(table))
            for table in (ProductImage, ProductMetafield)
        ]
    assert left == [0, 0]


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("sku", "'B'", "'A'"),
        ("sku", "'B'", "''"),
        ("price", "0", "-0.01"),
        ("cost_price", "NULL", "-1"),
        ("compare_at_price", "1", "-1"),
        ("price", "1", "NULL"),
        ("name", "'x'", "NULL"),
        ("status", "'archived'", "'sold'"),
        ("shopify_sync_status", "NULL", "'draft'"),
        ("currency", "'EUR'", "'EU'"),
        ("category_id", "1", "77"),
        ("category_id", "NULL", "0"),
        ("shopify_product_id", "'2'", "'1'"),
    ],
)
def test_the_database_refuses_what_is_wrong(both, column, good, bad):
    """Plain SQL meets the same rules; what is right goes in, with the defaults."""
    row = {"sku": "'B'", "name": "'b'", "price": "1"}

    def insert(value):
        values = row | {column: value}
        with both.store.session() as session:
            session.execute(text("DELETE FROM products"))
            session.execute(
                text(
                    "INSERT INTO products (sku, name, price, shopify_product_id) "
                    "VALUES ('A', 'a', 1, '1')"
                )
            )
            session.execute(
                text(
                    f"INSERT INTO products ({', '.join(values)}) "
                    f"VALUES ({', '.join(values.values())})"
                )
            )

    insert(good)
    with pytest.raises(IntegrityError):
        insert(bad)


def test_a_category_with_products_stays(both):
    """Plain SQL cannot delete it."""
    with both.store.session() as session:
        session.add(Product(sku="a", name="A", price=1, category_id=1))
    with both.store.session() as session:
        session.execute(text("DELETE FROM categories WHERE id = 2"))

    with pytest.raises(IntegrityError), both.store.session() as session:
        session.execute(text("DELETE FROM categories WHERE id = 1"))
