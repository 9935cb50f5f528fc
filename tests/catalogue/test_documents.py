"""The stored document: whole, right on both databases, and written with its product."""

from __future__ import annotations

import json
from contextlib import closing
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from entrepot.base.errors import Invalid
from entrepot.catalogue import (
    Category,
    Product,
    ProductImage,
    create_category,
    create_product,
    documents,
)
from entrepot.catalogue.documents.quality import load_rules
from entrepot.catalogue.documents.scoring import meets, score
from entrepot.catalogue.gtin import check_digit, is_gtin
from entrepot.catalogue.models import Document
from entrepot.composition import build_house, load_settings

WIDE = {
    "sku": "w-1",
    "name": 'A "quoted" näme\n\\ with 世界',
    "description": "d" * 90,
    "short_description": "",
    "price": "19.90",
    "compare_at_price": "25",
    "cost_price": "11.11",
    "currency": "EUR",
    "brand": "Kestrel",
    "upc": "012345678905",
    "weight": 1.5,
    "inventory_quantity": 7,
    "continue_selling_when_out_of_stock": True,
    "status": "active",
    "featured_image_url": "https://example.org/w.png",
    "additional_images": ["https://example.org/2.png"],
    "custom_attributes": {"tags": ["new", "ünïcode"], "deep": {"n": 1}},
}


def document_of(house, product_id):
    """Return the stored document, decoded, and the columns beside it."""
    with house.store.read_session() as session:
        row = session.get(Document, product_id)
        return json.loads(row.document), row.quality, row.has_image


def test_a_document_holds_the_product(both):
    """Every member, with numbers as numbers, and no word of what it costs us."""
    with both.store.session() as session:
        inner = create_category(session, name="Chairs", parent_id=3)
        product = create_product(session, WIDE | {"category_id": inner.id}, by="ada")
        product_id, category_id = product.id, inner.id

    document, quality, has_image = document_of(both, product_id)
    assert document.pop("created_at").endswith("Z")
    assert len(document.pop("updated_at")) == len("2026-11-22T01:50:20Z")
    assert (quality, has_image) == (91, True)
    assert document == {
        "id": product_id,
        "sku": "W-1",
        "name": WIDE["name"],
        "description": WIDE["description"],
        "image_url": "https://example.org/w.png",
        "short_description": "",
        "price": 19.9,
        "compare_at_price": 25,
        "currency": "EUR",
        "brand": "Kestrel",
        "manufacturer": None,
        "manufacturer_part_number": None,
        "upc": "012345678905",
        "weight": 1.5,
        "weight_unit": "kg",
        "length": None,
        "width": None,
        "height": None,
        "dimension_unit": "cm",
        "inventory_quantity": 7,
        "track_inventory": True,
        "continue_selling_when_out_of_stock": True,
        "seo_title": None,
        "seo_description": None,
        "status": "active",
        "is_active": True,
        "category_id": category_id,
        "category_path": "Furniture > Chairs",
        "shopify_product_id": None,
        "shopify_variant_id": None,
        "shopify_handle": None,
        "shopify_sync_status": "pending",
        "shopify_synced_at": None,
        "additional_images": WIDE["additional_images"],
        "metafields": None,
        "custom_attributes": WIDE["custom_attributes"],
        "has_image": True,
        "quality": 91,
        "version": 1,
    }


def test_a_snippet_s_product_has_a_document(both):
    """Who adds a row through the ORM need not know of documents."""
    with both.store.session() as session:
        product = Product(sku="TEST001", name="Test Product", price=19.99)
        session.add(product)
    with both.store.session() as session:
        session.get(Product, product.id).name = "Another name"

    assert document_of(both, product.id)[0]["name"] == "Another name"


def test_a_kept_picture_shows_in_the_document(both, product):
    """And one that is still to be fetched does not."""
    with both.store.session() as session:
        image = ProductImage(product_id=product, filename="", file_path="")
        image.state = "pending"
        session.add(image)
    before = document_of(both, product)
    with both.store.session() as session:
        session.get(ProductImage, image.id).state = "kept"

    assert [before[2], document_of(both, product)[2]] == [False, True]


def test_a_kept_picture_stands_in_for_an_address(both, product):
    """The featured one, or else the first; a given address stands before them."""
    shown = []
    with both.store.session() as session:
        images = [
            ProductImage(
                product_id=product,
                filename="",
                file_path="",
                file_hash=letter * 64,
                state=state,
                sort_order=place,
            )
            for letter, state, place in (
                ("a", "failed", 0),
                ("b", "kept", 2),
                ("c", "kept", 1),
            )
        ]
        session.add_all(images)
    shown.append(document_of(both, product)[0]["image_url"])
    with both.store.session() as session:
        session.get(ProductImage, images[1].id).is_featured = True
    shown.append(document_of(both, product)[0]["image_url"])
    with both.store.session() as session:
        session.get(Product, product).featured_image_url = "https://example.org/x.png"
    shown.append(document_of(both, product)[0]["image_url"])

    assert shown == [
        f"/images/{'c' * 64}/full.webp",
        f"/images/{'b' * 64}/full.webp",
        "https://example.org/x.png",
    ]


def test_a_set_based_write_refreshes_what_it_wrote(both, product):
    """The statement writes past the ORM; refresh makes the document agree."""
    with both.store.session() as session:
        other = create_product(
            session, {"sku": "o", "name": "Other", "price": 1}, by=""
        )
        session.execute(
            update(Product.__table__).values(price=Decimal("2.50"), version=9)
        )
        documents.refresh(session, select(Product.id).where(Product.id == product))

    assert document_of(both, product)[0]["price"] == 2.5
    assert document_of(both, other.id)[0]["price"] == 1


def test_a_renamed_category_is_refreshed_with_its_products(both, product):
    """Names of categories stand in documents."""
    with both.store.session() as session:
        session.execute(
            update(Category.__table__).where(Category.id == 3).values(name="Seats")
        )
        documents.refresh(
            session,
            select(Product.id).where(Product.category_id == 3),
            words_changed=False,
        )

    assert document_of(both, product)[0]["category_path"] == "Seats"


def test_every_write_raises_the_generation(both, product):
    """Also by a snippet; and reading does not."""
    with both.store.session() as session:
        first = documents.read_generation(session)
        session.get(Product, product).name = "Other"
        session.flush()
        second = documents.read_generation(session)
        documents.bump(session)
        third = documents.read_generation(session)
    with both.store.read_session() as session:
        assert documents.read_generation(session) == third

    assert 1 < first < second < third


def test_a_deleted_product_leaves_nothing_to_find(both, product):
    """Neither document nor words, whoever deletes it."""
    with both.store.session() as session:
        before = session.scalar(text("SELECT count(*) FROM catalogue_search"))
        session.execute(delete(Product.__table__))
    with both.store.read_session() as session:
        after = session.scalar(text("SELECT count(*) FROM catalogue_search"))

    assert (before, after) == (1, 0)


def test_products_without_a_document_get_one(both):
    """As after an upgrade from before there were documents."""
    with both.store.session() as session:
        session.execute(
            text("INSERT INTO products (sku, name, price) VALUES ('A', 'Old one', 1)")
        )
        assert documents.refresh_missing(session) == 1
        assert documents.refresh_missing(session) == 0
        assert documents.refresh_all(session) == 1

    with both.store.read_session() as session:
        kept = session.scalars(select(Document.document)).one()
    assert json.loads(kept)["name"] == "Old one"


RULES = load_rules(documents.quality.SHIPPED)
EDGES = (
    {},
    {"name": "x" * 10, "description": " " * 100, "short_description": " "},
    {"description": "é" * 80, "brand": " a ", "price": 0},
    {"description": "世" * 79, "price": "0.01", "upc": "4006381333931"},
    {"upc": "40063813339311", "weight": 0, "category_id": 1},
    {"upc": "96385074", "weight": 0.001, "seo_description": "x"},
    {"upc": "00012345600012", "featured_image_url": "a"},
    {"upc": "١٢٣٤٥٦٧٨", "featured_image_url": ""},
    {"upc": "036000291452", "brand": ""},
)


@pytest.mark.parametrize("values", EDGES, ids=str)
def test_the_database_scores_as_python_does(both, values):
    """One list of rules, two readers, the same points."""
    given = {"sku": "a", "name": "A", "price": 1} | values
    with both.store.session() as session:
        product = create_product(session, given, by="ada")
        lost = documents.list_lost_points(session, product.id)

    _, quality, has_image = document_of(both, product.id)
    assert quality == score(RULES, product, has_image=has_image)
    named = {point.rule for point in lost}
    kept = {
        r.name
        for r in RULES
        if meets(r, getattr(product, r.field), has_image=has_image)
    }
    assert named == {rule.name for rule in RULES} - kept


def test_a_lost_point_names_field_rule_and_remedy(both, product):
    """The dearest first."""
    with both.store.read_session() as session:
        first, *_, last = documents.list_lost_points(session, product)

    assert (first.rule, first.field, first.points) == ("described", "description", 20.0)
    assert last.rule == "weighed"
    assert "carrier" in last.advice


def test_own_rules_count(surroundings, tmp_path):
    """A file named by a setting takes the place of ours, also one with a `%`."""
    file = tmp_path / "rules.toml"
    file.write_text(
        '[[rule]]\nname = "white"\nfield = "brand"\ntest = "one_of"\n'
        'words = ["Kestrel", "50%"]\nweight = 1\nadvice = "."\n'
        '[[rule]]\nname = "stocked"\nfield = "inventory_quantity"\n'
        'test = "at_least"\nat_least = 3\nweight = 2\nadvice = "."\n'
    )
    named = {"ENTREPOT_CATALOGUE_QUALITY_FILE": str(file)}
    with closing(build_house(surroundings | named)) as house:
        with house.store.session() as session:
            values = {"sku": "a", "name": "A", "price": 1, "brand": "50%"}
            product = create_product(session, values, by="ada")
            lost = documents.list_lost_points(session, product.id)

        assert document_of(house, product.id)[1] == 33
    assert [point.rule for point in lost] == ["stocked"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[rule", "no list of rules"),
        ("", "no list of rules"),
        ('[[rule]]\nname="a"\nfield="nme"\ntest="present"\nweight=1\nadvice=""', "nme"),
        ('[[rule]]\nname="a"\nfield="name"\ntest="short"\nweight=1\nadvice=""', "test"),
        ('[[rule]]\nname="a"\nfield="name"\ntest="present"\nweight=0\nadvice=""', "a"),
    ],
)
def test_a_file_of_rules_that_is_wrong_is_refused(environ, tmp_path, text, why):
    """At the start, before anything is scored by it."""
    file = tmp_path / "rules.toml"
    file.write_text(text)
    named = {"ENTREPOT_CATALOGUE_QUALITY_FILE": str(file)}

    with pytest.raises(Invalid, match=why):
        load_settings(environ | named)


@given(body=st.from_regex(r"[0-9]{7,13}", fullmatch=True))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_gtin_ends_with_its_check_digit(body):
    """One of ten digits is right; of lengths that there are."""
    right = [d for d in "0123456789" if is_gtin(body + d)]

    assert right == ([check_digit(body)] if len(body) in (7, 11, 12, 13) else [])
