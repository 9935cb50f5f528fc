"""Ready feeds: the bytes of each, when they are written, and who may fetch them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from tests.catalogue.outbound.conftest import LINKS, SHA256, fill
from tests.working import do_jobs

from entrepot.app import create_app
from entrepot.base.errors import NotThere, Unavailable
from entrepot.catalogue import create_product, update_product
from entrepot.catalogue.outbound.ready import newest_file, ready_file
from entrepot.composition import build_house

G = "{http://base.google.com/ns/1.0}"


def text(house, name: str) -> str:
    """Return a feed's file as it is now."""
    return Path(ready_file(house, name).path).read_bytes().decode()


def shopify(house) -> list[dict[str, str]]:
    """Return the rows of Shopify's feed, without what is empty."""
    rows = csv.DictReader(io.StringIO(text(house, "shopify.csv"), newline=""))
    return [{name: value for name, value in row.items() if value} for row in rows]


def test_shopify_has_variants_and_pictures_of_a_handle_together(shop):
    """The first row has what all share; each further picture has a row of its own."""
    of_tee = [row for row in shopify(shop) if row["Handle"] == "harbour-tee"]

    assert of_tee == [
        {
            "Handle": "harbour-tee",
            "Title": "Harbour tee",
            "Body (HTML)": "<p>Soft &amp; warm, <b>organic</b></p>",
            "Vendor": "Kestrel",
            "Type": "Office Supplies",
            "Tags": "summer, cotton",
            "Published": "true",
            "Option1 Name": "Colour",
            "Option1 Value": "Red",
            "Variant SKU": "TEE-RED",
            "Variant Grams": "250",
            "Variant Inventory Tracker": "shopify",
            "Variant Inventory Qty": "3",
            "Variant Inventory Policy": "deny",
            "Variant Fulfillment Service": "manual",
            "Variant Price": "19.50",
            "Variant Compare At Price": "25.00",
            "Variant Requires Shipping": "true",
            "Variant Taxable": "true",
            "Variant Barcode": "4006381333931",
            "Image Src": "https://cdn.example/red.jpg",
            "Image Position": "1",
            "Gift Card": "false",
            "Variant Weight Unit": "kg",
            "Status": "active",
        },
        {
            "Handle": "harbour-tee",
            "Option1 Name": "Colour",
            "Option1 Value": "Blue",
            "Variant SKU": "TEE-BLUE",
            "Variant Grams": "250",
            "Variant Inventory Tracker": "shopify",
            "Variant Inventory Qty": "0",
            "Variant Inventory Policy": "deny",
            "Variant Fulfillment Service": "manual",
            "Variant Price": "19.99",
            "Variant Requires Shipping": "true",
            "Variant Taxable": "true",
            "Variant Image": "https://cdn.example/blue.jpg",
            "Variant Weight Unit": "kg",
        },
        {
            "Handle": "harbour-tee",
            "Image Src": "https://cdn.example/back.jpg",
            "Image Position": "2",
        },
        {
            "Handle": "harbour-tee",
            "Image Src": "https://cdn.example/blue.jpg",
            "Image Position": "3",
        },
    ]


def test_a_product_alone_has_a_handle_and_the_usual_option(shop):
    """Its SKU makes the handle; text stays what it is, as machines want it."""
    (mug,) = [row for row in shopify(shop) if row.get("Variant SKU") == "MUG 1"]

    names = ("Handle", "Title", "Option1 Name", "Option1 Value", "Image Src")
    assert [mug[name] for name in names] == [
        "mug-1",
        '=Mug, "large"',
        "Title",
        "Default Title",
        f"https://data.example/images/{SHA256}/full.webp",
    ]
    assert mug["Image Alt Text"] == "A mug"
    file = ready_file(shop, "shopify.csv")
    assert (file.products, file.rows, file.lacking) == (5, 7, 0)


def test_google_has_what_is_for_sale_with_its_attributes(shop):
    """A former price makes this one the sale's; variants share a group."""
    items = Xml.fromstring(text(shop, "google.xml")).findall("channel/item")
    found = [{a.tag.removeprefix(G): a.text for a in item} for item in items]

    assert [one["id"] for one in found] == ["TEE-RED", "TEE-BLUE", "MUG 1"]
    assert found[0] == {
        "id": "TEE-RED",
        "title": "Harbour tee",
        "description": "Soft & warm, organic",
        "link": "https://shop.example/p/harbour-tee?v=TEE-RED",
        "image_link": "https://cdn.example/red.jpg",
        "additional_image_link": "https://cdn.example/back.jpg",
        "availability": "in_stock",
        "price": "25.00 EUR",
        "sale_price": "19.50 EUR",
        "brand": "Kestrel",
        "gtin": "4006381333931",
        "condition": "new",
        "product_type": "Office Supplies",
        "item_group_id": "harbour-tee",
        "shipping_weight": "0.25 kg",
    }
    assert (found[1]["availability"], found[1]["identifier_exists"]) == (
        "out_of_stock",
        "no",
    )
    assert found[2]["price"] == "7.00 USD"


def test_both_feeds_of_google_say_the_same(shop):
    """One with columns, one with elements."""
    found = text(shop, "google.tsv")
    rows = csv.DictReader(io.StringIO(found, newline=""), delimiter="\t")
    columns = [{k: v for k, v in row.items() if v} for row in rows]
    items = Xml.fromstring(text(shop, "google.xml")).findall("channel/item")

    assert columns == [{a.tag.removeprefix(G): a.text for a in item} for item in items]


def test_what_lacks_an_attribute_is_told_with_it(shop):
    """Each with the field that would give it; what is no draft of ours is not named."""
    file = ready_file(shop, "google.xml")

    assert (file.products, file.lacking) == (3, 1)
    assert [(one.sku, one.attribute, one.field) for one in file.reasons] == [
        ("BARE", "description", "description"),
        ("BARE", "image_link", "featured_image_url"),
        ("BARE", "price", "price"),
    ]


def test_without_the_shops_address_nothing_can_be_linked(both):
    """The reason names the setting."""
    fill(both)

    file = ready_file(both, "google.tsv")

    assert (file.products, file.lacking) == (0, 4)
    reasons = {one.reason for one in file.reasons if one.attribute == "link"}
    assert reasons == {"ENTREPOT_CATALOGUE_SHOP_URL does not say where it is sold"}


def test_the_json_has_the_documents_of_listed_products(shop):
    """As they are kept, by id."""
    with shop.store.session() as session:
        update_product(session, 3, {"status": "archived"}, version=None, by="tests")

    found = json.loads(text(shop, "products.json"))["products"]

    assert [one["sku"] for one in found] == ["TEE-RED", "MUG 1", "TEE-BLUE", "DRAFT"]
    assert (found[0]["price"], found[0]["category_path"]) == (19.5, "Office Supplies")


def test_a_feed_is_written_once_for_each_state_of_the_catalogue(shop, heard):
    """A write makes it anew; two states stay, for whoever is reading."""
    first = ready_file(shop, "products.json")
    again = ready_file(shop, "products.json")
    for number in range(3):
        with shop.store.session() as session:
            values = {"sku": f"NEW-{number}", "name": "New", "price": 1}
            create_product(session, values, by="tests")
        ready_file(shop, "products.json")

    written = [e for e in heard if type(e).__name__ == "ReadyFeedWritten"]
    assert (again, [e.products for e in written]) == (first, [5, 6, 7, 8])
    assert len(list(Path(first.path).parent.glob("*.json"))) == 2


def test_a_feed_that_there_is_not_is_told(shop):
    """With those that there are."""
    with pytest.raises(NotThere) as caught:
        ready_file(shop, "amazon.csv")
    assert "google.xml" in caught.value.facts["known"]


@pytest.fixture
def large(surroundings):
    """A house whose catalogue counts as large."""
    house = build_house(
        surroundings | LINKS | {"ENTREPOT_CATALOGUE_FEED_AT_ONCE_COUNT": "2"}
    )
    create_app(house)
    fill(house)
    yield house
    house.close()


def test_a_large_catalogues_feed_is_written_by_a_job(large):
    """The first time there is none; later the one before stays until the next."""
    with pytest.raises(Unavailable, match="first time"):
        ready_file(large, "products.json")
    assert do_jobs(large) == 1
    first = ready_file(large, "products.json")
    with large.store.session() as session:
        create_product(session, {"sku": "N", "name": "N", "price": 1}, by="tests")

    before = ready_file(large, "products.json")
    assert (before.is_stale, before.tag, do_jobs(large)) == (True, first.tag, 1)

    after = ready_file(large, "products.json")
    assert (after.is_stale, after.products) == (False, 6)
    assert newest_file(large, "products.json") == after


def test_an_address_stays_and_tells_whether_it_is_new(shop):
    """304 while nothing changed; then the whole file with its length."""
    client = create_app(shop, is_open=True).test_client()
    first = client.get("/feeds/shopify.csv")
    known = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/feeds/shopify.csv", headers=known)
    with shop.store.session() as session:
        create_product(session, {"sku": "N", "name": "N", "price": 1}, by="tests")
    after = client.get("/feeds/shopify.csv", headers=known)

    assert (first.status_code, again.status_code, after.status_code) == (200, 304, 200)
    assert first.content_length == len(first.data)
    assert first.content_type == "text/csv; charset=utf-8"
    assert first.headers["X-Feed-Products"] == "5"
    assert (again.data, after.headers["X-Feed-Products"]) == (b"", "6")
    assert after.content_length == len(after.data)


def test_who_is_nobody_gets_no_feed_unless_they_are_public(shop, surroundings):
    """A key of the catalogue suffices; a setting opens them to all."""
    from entrepot.accounts import make_key

    client = create_app(shop).test_client()
    key = make_key(shop, name="shop", days=9, scopes=("catalogue:read",))
    names = ("shopify.csv", "google.xml", "google.tsv", "products.json")

    def statuses(client, **headers) -> list[int]:
        found = [client.get(f"/feeds/{name}", headers=headers) for name in names]
        return [answer.status_code for answer in found if answer.data]

    shut = statuses(client)
    with_key = statuses(client, **{"X-API-Key": key.secret})
    opened = build_house(surroundings | {"ENTREPOT_CATALOGUE_FEEDS_ARE_PUBLIC": "yes"})
    anyone = create_app(opened).test_client()
    open_ = statuses(anyone)
    opened.close()

    assert (shut, with_key, open_) == ([401] * 4, [200] * 4, [200] * 4)
