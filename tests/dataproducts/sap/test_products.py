"""SAP's data products over HTTP: names, tables, words, counts."""

import pytest
from tests.dataproducts.sap.stock import (
    CODES,
    GATEWAY,
    PURCHASE_ORDER,
    SUPPLIER,
    TABLE,
)

PRODUCTS = "/api/data-products"
HERE = f"{PRODUCTS}/bdc:{SUPPLIER}"


def test_a_product_says_what_its_schema_says(sap):
    """Name, version, namespace, ORD id, owner and time; none is left out."""
    listed = sap.get(PRODUCTS).json["data"]
    by_schema = {product["schema"]: product for product in listed}

    assert by_schema[PURCHASE_ORDER] == {
        "connection": "bdc",
        "schema": PURCHASE_ORDER,
        "name": "PurchaseOrder",
        "display_name": "Purchase Order",
        "version": "v1",
        "namespace": "sap.s4com",
        "ord_id": "sap.s4com:apiResource:PurchaseOrder:v1",
        "owner": GATEWAY,
        "created_at": "2025-11-04T08:48:34Z",
        "description": "",
        "table_count": 1,
        "dialect": "sapdouble",
        "address": f"bdc:{PURCHASE_ORDER}",
    }
    assert set(by_schema) == {SUPPLIER, PURCHASE_ORDER, GATEWAY, "main"}
    assert by_schema[GATEWAY]["display_name"] == GATEWAY


@pytest.mark.parametrize("address", [SUPPLIER, f"bdc:{SUPPLIER}"])
def test_tables_are_called_after_their_entity(sap, address):
    """The technical name stays beside it, and the words of the CSN."""
    tables = sap.get(f"{PRODUCTS}/{address}/tables").json["data"]

    assert [
        (t["display_name"], t["entity"], t["name"], t["label"]) for t in tables
    ] == [
        ("Blocked", "", "Blocked", ""),
        ("Supplier", "Supplier", TABLE, "Supplier"),
        ("SupplierCompanyCode", "SupplierCompanyCode", CODES, ""),
    ]
    assert tables[1]["description"] == "Business partners we buy from"


def test_rows_of_a_table_with_dots_and_capitals_are_read(sap):
    """Page by page, with filters, like any other."""
    first = sap.get(f"{HERE}/tables/{TABLE}?limit=1&columns=Supplier,SupplierName")
    second = sap.get(first.json["page"]["next"])
    found = sap.get(f"{HERE}/tables/{TABLE}?where=SupplierName:startswith:Bru")

    assert first.json["data"]["rows"] == [
        {"Supplier": "0010000001", "SupplierName": "ACME"}
    ]
    assert second.json["data"]["rows"][0]["Supplier"] == "0010000002"
    assert [row["IsBlocked"] for row in found.json["data"]["rows"]] == [True]


def test_a_structure_has_the_words_key_and_links_of_the_csn(sap):
    """What the database says itself is kept."""
    data = sap.get(f"{HERE}/tables/{CODES}/structure").json["data"]

    assert (data["entity"], data["key"]) == (
        "SupplierCompanyCode",
        ["Supplier", "CompanyCode"],
    )
    assert data["foreign_keys"] == [
        {
            "columns": ["Supplier"],
            "schema": SUPPLIER,
            "table": TABLE,
            "target_columns": ["Supplier"],
        }
    ]
    assert [a["name"] for a in data["associations"]] == ["_Supplier", "_Elsewhere"]


def test_columns_have_label_and_description(sap):
    """In English; a placeholder without a text leaves nothing."""
    columns = sap.get(f"{HERE}/tables/{TABLE}/structure").json["data"]["columns"]

    assert [(c["name"], c["label"], c["description"]) for c in columns] == [
        ("Supplier", "Supplier", "Account number of the supplier"),
        ("SupplierName", "Name of Supplier", ""),
        ("CreditLimit", "Amount", ""),
        ("CreationDate", "", ""),
        ("IsBlocked", "", ""),
        ("LastChange", "", ""),
        ("_Extra", "", ""),
    ]
    assert [c["name"] for c in columns if c["primary_key"]] == ["Supplier"]


def test_without_a_csn_there_are_tables_all_the_same(plain_sap):
    """Names are parsed; words are empty."""
    tables = plain_sap.get(f"{HERE}/tables").json["data"]
    structure = plain_sap.get(f"{HERE}/tables/{TABLE}/structure").json["data"]

    assert [(t["display_name"], t["label"]) for t in tables][1] == ("Supplier", "")
    assert (structure["associations"], structure["foreign_keys"]) == ([], [])


def test_rows_are_counted_when_asked(sap):
    """Each table by a count of its own, views as well."""
    without = sap.get(f"{HERE}/tables").json["data"]
    counted = sap.get(f"{HERE}/tables?counts=true").json["data"]

    assert [t["row_count_is_exact"] for t in without] == [False] * 3
    assert [(t["row_count"], t["row_count_is_exact"]) for t in counted] == [
        (1, True),
        (2, True),
        (3, True),
    ]


@pytest.mark.parametrize(
    ("query", "status", "connections"),
    [
        ("", 200, {"bdc", "shop"}),
        ("?source=sqlite", 200, {"shop"}),
        ("?source=sapdouble&refresh=true", 200, {"bdc"}),
        ("?instance_id=bdc", 200, {"bdc"}),
        ("?instance_id=nope", 404, set()),
        ("?instance_id=bdc&source=sqlite", 503, set()),
        ("?source=postgresql", 503, set()),
        ("?source=nope", 400, set()),
        ("?refresh=perhaps", 400, set()),
    ],
)
def test_products_of_one_source_or_instance(
    sap, house, tmp_path, query, status, connections
):
    """A source nobody set up is no empty list."""
    from tests.dataproducts.stock import build

    from entrepot.connections import add_connection

    path = build(tmp_path / "home" / "shop.db")
    add_connection(house, name="shop", url=f"sqlite:///{path}", by="test")
    answer = sap.get(f"{PRODUCTS}{query}")

    assert answer.status_code == status
    assert {p["connection"] for p in answer.json.get("data", [])} == connections


def test_a_source_that_fails_is_not_an_empty_list(sap, house):
    """The database's own error comes through."""
    from entrepot.connections import add_connection

    url = f"sqlite:///{house.home}/gone.db"
    add_connection(house, name="gone", url=url, by="test", test=False)
    answers = [sap.get(f"{PRODUCTS}?{q}=x") for q in ("source", "instance_id")]
    failed = sap.get(f"{PRODUCTS}?source=sqlite")

    assert [a.status_code for a in answers] == [400, 404]
    assert failed.status_code >= 400
    assert failed.json == failed.json | {"success": False}


def test_older_addresses_lead_to_the_same(sap):
    """Rows by POST with lists in the body, and the structure without `tables`."""
    body = {"limit": 1, "columns": ["Supplier"], "orderBy": "Supplier desc"}
    posted = sap.post(f"{HERE}/{TABLE}/query", json=body)
    following = sap.get(posted.json["page"]["next"]).json["data"]
    older = sap.get(f"{HERE}/{TABLE}/structure").json

    assert posted.json["data"]["rows"] == [{"Supplier": "0010000002"}]
    assert following["rows"] == [{"Supplier": "0010000001"}]
    assert older == sap.get(f"{HERE}/tables/{TABLE}/structure").json


@pytest.mark.parametrize(
    "body", [{"where": "Supplier = '1'"}, {"limit": 0}, {"columns": ["Nope"]}]
)
def test_an_older_question_is_no_sql(sap, body):
    """Conditions are structured; columns are looked up."""
    assert sap.post(f"{HERE}/{TABLE}/query", json={}).status_code == 200
    assert sap.post(f"{HERE}/{TABLE}/query", json=body).status_code == 400
