"""Several rows of one product: variants, and pictures on rows of their own."""

import json
from decimal import Decimal

import pytest

SHOPIFY = (
    "Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price,"
    "Variant Grams,Image Src,Image Position\n"
)


def test_variants_are_products_with_what_they_have_in_common(desk):
    """Their own price and SKU; the product's name; the option as an attribute."""
    text = SHOPIFY + (
        "pot,Pot,Acme,Size,Small,POT-S,9.99,100,http://x/1.jpg,1\n"
        "pot,,,,Large,POT-L,15.99,250,,\n"
        "lid,Lid,Bolt,Title,Default Title,LID,5,,http://x/9.jpg,1\n"
    )

    rows, errors, _ = desk.read(text)

    assert errors == []
    assert [
        (r["line"], r["sku"], r["name"], r["brand"], r["price"], r["custom_attributes"])
        for r in rows
    ] == [
        (2, "POT-S", "Pot", "Acme", Decimal("9.99"), '{"size":"Small"}'),
        (3, "POT-L", "Pot", "Acme", Decimal("15.99"), '{"size":"Large"}'),
        (4, "LID", "Lid", "Bolt", Decimal("5.00"), None),
    ]
    assert [(r["weight"], r["weight_unit"]) for r in rows[:2]] == [
        (100, "g"),
        (250, "g"),
    ]
    assert [r["featured_image_url"] for r in rows] == [
        "http://x/1.jpg",
        "http://x/1.jpg",
        "http://x/9.jpg",
    ]


def test_pictures_on_rows_of_their_own_go_to_the_product(desk):
    """In the order of their positions, and the rows are no products."""
    text = SHOPIFY + (
        "pot,Pot,Acme,Size,Small,POT-S,9.99,,http://x/1.jpg,1\n"
        "pot,,,,,,,,http://x/3.jpg,3\n"
        "pot,,,,,,,,http://x/2.jpg,2\n"
        "lid,Lid,Acme,Title,Default Title,LID,5,,,\n"
    )

    rows, _, _ = desk.read(text)

    assert [(r["sku"], json.loads(r["additional_images"] or "[]")) for r in rows] == [
        ("POT-S", ["http://x/2.jpg", "http://x/3.jpg"]),
        ("LID", []),
    ]


def test_a_missing_sku_is_made_of_handle_and_options(desk):
    """So that it is the same in the next file."""
    text = SHOPIFY + (
        "clay-pot,Pot,Acme,Size,Extra Large,,9.99,,,\n"
        "lid,Lid,Acme,Title,Default Title,,5,,,\n"
    )

    assert [row["sku"] for row in desk.read(text)[0]] == ["CLAY-POT-EXTRA-LARGE", "LID"]
    assert any("SKU is missing" in remark for remark in desk.look(text).remarks)


@pytest.mark.parametrize("rows_each", [2, 3])
def test_products_over_the_end_of_a_batch_stay_together(desk, rows_each):
    """However rows are cut into batches, a variant knows its product."""
    lines = []
    for n in range(6_000 // rows_each):
        lines.append(f"p{n},Name {n},Acme,Size,S0,P{n}-0,1,,,")
        lines += [f"p{n},,,,S{m},P{n}-{m},1,,," for m in range(1, rows_each)]

    rows, errors, _ = desk.read(SHOPIFY + "\n".join(lines) + "\n")

    assert errors == []
    assert [row["name"] for row in rows] == [
        f"Name {n}" for n in range(6_000 // rows_each) for _ in range(rows_each)
    ]


def test_the_layout_of_etilize(desk):
    """Latin-1, pictures on rows with a handle alone, metafields by their name."""
    text = (
        "Title,URL handle,Vendor,SKU,Price,Product image URL,Image position,"
        "Metafield: custom.ink[list.single_line_text]\n"
        "Papier à lettres,paper,Moulin,PAP-1,3.50,http://x/1.jpg,1,blue\n"
        ",paper,,,,http://x/2.jpg,2,\n"
    ).encode("latin-1")

    rows, errors, _ = desk.read(text)

    assert (len(rows), errors) == (1, [])
    assert rows[0]["name"] == "Papier à lettres"
    assert rows[0]["additional_images"] == '["http://x/2.jpg"]'
    assert rows[0]["metafields"] == '{"custom":{"ink":"blue"}}'


def test_other_files_may_have_variants_too(desk):
    """A handle that repeats, and options, tell it."""
    text = (
        "slug,sku,name,price,option1_name,option1_value,status\n"
        "pot,POT,Pot,9,,,active\n"
        "pot,POT-R,,10,Color,Red,\n"
    )

    rows, _, _ = desk.read(text)

    assert [
        (r["sku"], r["name"], r["status"], r["custom_attributes"]) for r in rows
    ] == [
        ("POT", "Pot", "active", None),
        ("POT-R", "Pot", "active", '{"color":"Red"}'),
    ]


def test_a_row_without_a_handle_is_a_product_of_its_own(desk):
    """It takes nothing from its neighbours."""
    text = SHOPIFY + (
        "pot,Pot,Acme,Size,S,P-S,1,,,\npot,,,,M,P-M,1,,,\n"
        ",Alone,Bolt,Size,S,ALONE,2,,,\npot,,,,L,P-L,1,,,\n"
    )

    rows, _, _ = desk.read(text)

    assert [(r["sku"], r["name"]) for r in rows] == [
        ("P-S", "Pot"),
        ("P-M", "Pot"),
        ("ALONE", "Alone"),
        ("P-L", None),
    ]
