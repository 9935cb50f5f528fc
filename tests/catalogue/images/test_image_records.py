"""The same bytes are one picture of a product, and one picture stands first."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from entrepot.base.errors import NotThere
from entrepot.catalogue import (
    NewImage,
    Product,
    ProductImage,
    add_image,
    hash_of,
    set_featured,
)

SAME = hash_of(b"the same bytes")


@pytest.fixture
def shop(both):
    """A house with the products 1 and 2."""
    with both.store.session() as session:
        for sku in ("a", "b"):
            session.add(Product(sku=sku, name=sku, price=1))
    return both


def picture(name="a.png", file_hash=SAME) -> NewImage:
    """Return a picture of that name."""
    return NewImage(filename=name, file_path=f"images/{name}", file_hash=file_hash)


def count(house) -> int:
    """Return how many pictures there are."""
    with house.store.read_session() as session:
        return session.scalar(select(func.count()).select_from(ProductImage))


def test_the_same_bytes_again_are_the_row_that_is_there(shop):
    """Under another name as well; another product has its own."""
    with shop.store.session() as session:
        first = add_image(session, 1, picture("a.png"))
        again = add_image(session, 1, picture("b.png"))
        other = add_image(session, 2, picture("a.png"))

    assert (again is first, again.filename) == (True, "a.png")
    assert (other.id != first.id, other.product_id) == (True, 2)
    assert count(shop) == 2


def test_pictures_without_a_hash_are_never_the_same(shop):
    """Nobody knows their bytes."""
    with shop.store.session() as session:
        ids = {add_image(session, 1, picture(file_hash=None)).id for _ in range(3)}

    assert (len(ids), count(shop)) == (3, 3)


def test_eight_who_add_the_same_bytes_at_once_get_one_row(shop):
    """Each of them the same, none of them an error."""
    together = threading.Barrier(8)

    def add(_: int) -> int:
        together.wait()
        with shop.store.session() as session:
            return add_image(session, 1, picture()).id

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(add, range(8)))

    assert (len(ids), count(shop)) == (1, 1)


def test_a_picture_has_a_product(shop):
    """One that is not there is named."""
    with shop.store.session() as session, pytest.raises(NotThere, match="'77'"):
        add_image(session, 77, picture())


def test_one_picture_stands_first(shop):
    """The next one takes its place; another product keeps its own."""
    with shop.store.session() as session:
        first = add_image(session, 1, picture("a.png"))
        second = add_image(session, 1, picture("b.png", hash_of(b"b")))
        other = add_image(session, 2, picture())
        for image in (first, other, second, second):
            set_featured(session, image)

    with shop.store.read_session() as session:
        found = session.scalars(select(ProductImage.id).where(ProductImage.is_featured))
        assert set(found) == {second.id, other.id}


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("is_featured", "false", "true"),
        ("file_hash", f"'{'b' * 64}'", f"'{'a' * 64}'"),
        ("file_hash", "NULL", "'abc'"),
        ("product_id", "2", "77"),
    ],
)
def test_the_database_refuses_what_is_wrong(shop, column, good, bad):
    """Plain SQL cannot make a second first picture, or the same one twice."""
    row = {"product_id": "1", "filename": "'x'", "file_path": "'x'"}

    def insert(value):
        values = row | {column: value}
        with shop.store.session() as session:
            session.execute(text("DELETE FROM product_images"))
            session.execute(
                text(
                    "INSERT INTO product_images "
                    "(product_id, filename, file_path, file_hash, is_featured) "
                    f"VALUES (1, 'a', 'a', '{'a' * 64}', true)"
                )
            )
            session.execute(
                text(
                    f"INSERT INTO product_images ({', '.join(values)}) "
                    f"VALUES ({', '.join(values.values())})"
                )
            )

    insert(good)
    with pytest.raises(IntegrityError):
        insert(bad)
