"""What a file seems to be, and where its columns seem to go."""

import gzip
import io
import zipfile
from dataclasses import replace

import pytest

from entrepot.base.errors import Invalid, TooMuch, UnknownName
from entrepot.feeds.reading import Mapped, inspect


def fields(seen):
    return {column.name: column.field for column in seen.columns}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("SKU", "sku"),
        ("Artikelnummer", "sku"),
        ("Variant SKU", "sku"),
        ("product_name", "name"),
        ("Bezeichnung", "name"),
        ("Nom du produit", "name"),
        ("Body (HTML)", "description"),
        ("Verkaufspreis", "price"),
        ("sale-price", "price"),
        ("compareAtPrice", "compare_at_price"),
        ("Hersteller", "manufacturer"),
        ("g:brand", "brand"),
        ("EAN", "upc"),
        ("Lagerbestand", "inventory_quantity"),
        ("meta_title", "seo_title"),
        ("Image Src", "featured_image_url"),
        ("Warengruppe", "category_path"),
        ("metafields.custom.ink", "metafields.custom.ink"),
        ("custom_attributes.color", "custom_attributes.color"),
        ("Favourite colour", "custom_attributes.favourite_colour"),
        ("_error", ""),
    ],
)
def test_headers_tell_the_field(desk, header, field):
    """In the words of other programs and languages."""
    assert fields(desk.look(f"x,{header}\n1,\n2,\n"))[header] in (field, "")
    assert fields(desk.look(f"x,{header}\n" + "1,\n" * 1_001))[header] == field


def test_what_is_published_is_active_where_no_status_is_said(desk):
    """A shop's own status comes first; `Published` then says whether it is offered."""
    alone, _, _ = desk.read("sku,Published\nA,TRUE\nB,false\n")
    beside, _, _ = desk.read("sku,Published,Status\nA,TRUE,archived\n")

    assert [row["status"] for row in alone] == ["active", "draft"]
    assert beside == [{"line": 2, "sku": "A", "is_active": True, "status": "archived"}]


def test_values_tell_what_headers_do_not(desk):
    """A barcode, a picture, a path and a price with its currency."""
    text = "a;b;c;d;sku\n4006381333931;http://x/1.jpg;Home > Pots;12,90 €;A\n"

    seen = desk.look(text)

    assert fields(seen) == {
        "a": "upc",
        "b": "featured_image_url",
        "c": "category_path",
        "d": "price",
        "sku": "sku",
    }
    assert seen.plan.mapping[3].decimal_sign == ","
    assert seen.plan.currency_in_prices
    assert [column.confidence < 0.6 for column in seen.columns[:4]] == [True] * 4


def test_a_field_goes_to_one_column(desk):
    """The likeliest; the other becomes an attribute, and says why."""
    seen = desk.look("sku,name,title\nA,x,y\n")

    assert fields(seen) == {
        "sku": "sku",
        "name": "name",
        "title": "custom_attributes.title",
    }
    assert seen.columns[2].reason == "name goes to name already"


def test_what_cannot_be_a_field_is_not_one(desk):
    """A column of that name with values of another kind is an attribute."""
    seen = desk.look("sku,quantity,price\nA,yes,http://x\nB,no,http://y\n")

    assert fields(seen) == {
        "sku": "sku",
        "quantity": "custom_attributes.quantity",
        "price": "custom_attributes.price",
    }


def test_ids_are_ours_only_in_our_own_files(desk):
    """Another shop's ids would hit other products."""
    head = "id,sku,name,inventory_quantity,category_path,featured_image_url\n"
    own = f"{head}1,A,x,5,H > P,\n"

    assert fields(desk.look(own))["id"] == "id"
    assert fields(desk.look("id,sku,name\n1,A,x\n"))["id"] == "custom_attributes.id"
    assert fields(desk.look("id,title,link\nA1,x,http://y\n"))["id"] == "sku"


def test_it_says_what_is_missing(desk):
    """Without a key nothing can be imported; without a name nothing new."""
    seen = desk.look("colour,size\nred,5\n")

    assert "SKU" in seen.needs[0]
    assert any("name and price" in remark for remark in seen.remarks)
    assert desk.look("sku,size\nA,5\n").needs == ()


def test_samples_and_remarks(desk):
    """Of each column some values, how much is filled, and what they look like."""
    seen = desk.look("sku,n\nA,1\nB,\nC,2\nA,1\n")

    column = seen.columns[1]
    assert (column.samples, column.filled, column.looks) == (
        ("1", "2"),
        0.75,
        "integer",
    )
    assert (seen.rows_looked_at, seen.has_more_rows) == (4, False)
    assert seen.remarks[0] == "Encoding utf-8, values apart by comma."


def test_long_files_are_looked_at_in_part(desk):
    """A thousand rows are enough for a guess."""
    seen = desk.look("sku\n" + "".join(f"S{n}\n" for n in range(20_000)))

    assert (seen.rows_looked_at, seen.has_more_rows) == (1_000, True)


def test_formats_are_told_apart(desk):
    """By what is inside; the ending is a hint among others."""
    shopify = "Handle,Title,Variant Price\na,b,1\n"
    assert desk.look(shopify).format == "shopify"
    assert desk.look("sku\tname\nA\tx\n", "feed.tsv").format == "tsv"
    assert desk.look('{"sku": "A"}\n{"sku": "B"}\n', "feed.json").format == "ndjson"
    assert desk.look('[{"sku": "A"}]', "feed.csv").format == "json"
    assert desk.look("<l><p><sku>A</sku></p></l>", "feed.txt").format == "xml"


def test_another_format_or_option_may_be_chosen(desk):
    """What people say wins over what was guessed."""
    text = "Handle,Title,Variant Price\na,b,1\n"

    assert desk.look(text, format="csv").plan.grouping is None
    assert desk.look(text, options={"delimiter": ";"}).plan.options["delimiter"] == ";"
    with pytest.raises(UnknownName):
        desk.look(text, format="doc")


def test_a_known_plan_is_kept(desk):
    """What a person decided stands; a new column is guessed."""
    plan = desk.look("sku,a\nA,1\n").plan
    decided = replace(
        plan,
        mapping=(plan.mapping[0], Mapped(column="a", field="inventory_quantity")),
        defaults={"brand": "Acme"},
    )

    again = inspect(desk.put("sku,b,a\nA,x,1\n"), "f.csv", known=decided)

    assert [m.field for m in again.plan.mapping] == [
        "sku",
        "custom_attributes.b",
        "inventory_quantity",
    ]
    assert again.plan.defaults == {"brand": "Acme"}


@pytest.mark.parametrize(
    "body", [b"", b"%PDF-1.7 ...", b"\0" * 100, b"\x89PNG\r\n\x1a\n\0\0"]
)
def test_what_is_no_feed_is_refused(desk, body):
    """With the formats that are known."""
    with pytest.raises(Invalid) as caught:
        desk.look(body)

    assert "CSV" in (caught.value.hint or "")


def zipped(**files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in files.items():
            package.writestr(name.replace("__", "/").replace("_", "."), body)
    return file.getvalue()


def test_packages_are_opened(desk):
    """A zip with one file of products, or gzip; names inside are no paths."""
    body = "sku,name\nA,x\n"
    packed = zipped(**{"..__..__evil_csv": body, "read_me": "hello"})

    seen = desk.look(packed, "feed.zip")

    assert seen.remarks[0] == "It is evil.csv out of a package."
    assert [row["sku"] for row in desk.read(packed, seen.plan)[0]] == ["A"]
    assert desk.look(gzip.compress(body.encode()), "feed.csv.gz").format == "csv"
    assert sorted(path.name for path in desk.path.parent.iterdir()) == ["feed"]


def test_packages_of_several_or_none_are_refused(desk):
    """Which one would be meant?"""
    with pytest.raises(Invalid, match="holds 2 files"):
        desk.look(zipped(a_csv="sku\n", b_csv="sku\n"))
    with pytest.raises(Invalid, match="holds 0 files"):
        desk.look(zipped(a_doc="sku\n"))


def test_bombs_are_too_much(desk):
    """They are unpacked to a limit and no further."""
    with pytest.raises(TooMuch, match="unpacks"):
        desk.look(zipped(a_csv=b"sku\n" + b"A" * (40 << 20)))
    with pytest.raises(TooMuch, match="unpacks"):
        desk.look(gzip.compress(b"sku\n" + b"A" * (40 << 20)))


@pytest.mark.parametrize("cut", [30, 60, 100])
def test_broken_packages_are_refused(desk, cut):
    """In words."""
    body = "sku,name\n" + "".join(f"S{n},x{n * n}\n" for n in range(100))
    with pytest.raises(Invalid):
        desk.look(zipped(a_csv=body)[:cut])
    with pytest.raises(Invalid):
        desk.look(gzip.compress(body.encode())[:cut])
