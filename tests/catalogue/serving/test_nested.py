"""One product with what belongs to it."""

from __future__ import annotations

import json

import pytest

from entrepot.base.errors import NotThere
from entrepot.catalogue import ProductImage, create_product, get_product
from entrepot.catalogue.models import ProductMetafield
from entrepot.catalogue.serving.nested import nest
from entrepot.catalogue.serving.source import source_of


def whole(house, id):
    """Return a product's document, and the same with what belongs to it."""
    read = source_of(house).read(lambda reader: reader.find(id, is_public=False))
    found = read.found
    with house.store.read_session() as session:
        return json.loads(found.document), json.loads(nest(session, id, found.document))


def test_category_pictures_and_facts_are_within(both, product):
    """Pictures that are kept, facts that are visible; all else is as it was."""
    with both.store.session() as session:
        row = get_product(session, product)
        kept = {"file_hash": "a" * 64, "state": "kept", "alt_text": "White"}
        row.images.append(ProductImage(filename="a", file_path="a", **kept))
        row.images.append(ProductImage(filename="b", file_path="b", state="failed"))
        for key, is_visible in (("size", True), ("margin", False)):
            fact = ProductMetafield(
                namespace="custom", key=key, value="7", is_visible=is_visible
            )
            row.metafield_rows.append(fact)
    document, nested = whole(both, product)
    category, images = nested.pop("category"), nested.pop("images")

    assert nested.pop("product_metafields") == [
        {"namespace": "custom", "key": "size", "value": "7", "value_type": "string"}
    ]
    assert category == {
        "id": 3,
        "name": "Furniture",
        "slug": "furniture",
        "path": "Furniture",
        "parent_id": None,
    }
    assert [(one["alt_text"], one["full_url"]) for one in images] == [
        ("White", f"/images/{'a' * 64}/full.webp")
    ]
    assert nested == document


def test_a_product_that_has_nothing_says_so(both):
    """As empty lists, and no category."""
    with both.store.session() as session:
        values = {"sku": "x", "name": "X", "price": 1}
        id = create_product(session, values, by="ada").id
    document, nested = whole(both, id)

    empty = {"category": None, "images": [], "product_metafields": []}
    assert nested == document | empty


def test_a_product_that_is_gone_is_told(both):
    """Whoever has its document still."""
    with both.store.read_session() as session, pytest.raises(NotThere):
        nest(session, 99, b'{"id":99}')
