"""The CSN over HTTP: from the database, from a file, and beside the tables."""

import json

import pytest
from tests.dataproducts.sap.stock import (
    CODES,
    CSN,
    DOCUMENT,
    PURCHASE_ORDER,
    SUPPLIER,
    TABLE,
    build,
)

from entrepot.app import create_app
from entrepot.composition import build_house
from entrepot.connections import add_connection

HERE = f"/api/data-products/bdc:{SUPPLIER}/csn"


@pytest.fixture
def folder(tmp_path):
    """A folder of CSN files, with one for the supplier."""
    folder = tmp_path / "csn"
    folder.mkdir()
    (folder / "sap-s4com-Supplier-v1.en.json").write_text(CSN)
    return folder


@pytest.fixture
def filed(environ, folder, tmp_path, monkeypatch):
    """The client of a house whose database knows no CSN and whose folder does."""
    monkeypatch.chdir(tmp_path)
    variable = {"ENTREPOT_DATAPRODUCTS_CSN_FOLDER": str(folder)}
    house = build_house({**environ, **variable})
    client = create_app(house, is_open=True).test_client()
    path = build(tmp_path / "home" / "sap.duckdb")
    add_connection(house, name="bdc", url=f"duckdb:///{path}", by="test")
    yield client
    house.close()


@pytest.mark.parametrize("address", [HERE, f"/api/csn/{SUPPLIER}"])
def test_a_csn_comes_from_the_database(sap, address):
    """The document whole, and what it says."""
    data = sap.get(address).json["data"]

    assert (data["source"], data["ord_id"]) == (
        "sapdouble",
        "sap.s4com:apiResource:Supplier:v1",
    )
    assert data["csn"] == DOCUMENT
    assert data["languages"] == ["de", "de_AT", "en"]
    assert [entity["label"] for entity in data["entities"]] == ["Supplier", ""]


def test_words_come_in_another_language(sap):
    """The document stays as it is."""
    data = sap.get(f"{HERE}?language=de").json["data"]

    assert (data["language"], data["entities"][0]["label"]) == ("de", "Lieferant")
    assert data["csn"] == DOCUMENT


def test_a_csn_comes_from_a_file(filed):
    """Where the database knows none."""
    data = filed.get(HERE).json["data"]

    assert (data["source"], data["csn"]) == ("local_file", DOCUMENT)


def test_the_complete_file_is_preferred(filed, folder):
    """Of two that fit; upper and lower case do not matter."""
    complete = {**DOCUMENT, "meta": {"is": "complete"}}
    path = folder / "SAP-s4com-supplier-v1.en-complete.json"
    path.write_text(json.dumps([complete]))

    assert filed.get(HERE).json["data"]["csn"] == complete


def test_a_file_may_be_called_after_the_schema(filed, folder):
    """Also where the schema is no data product's."""
    (folder / "main.json").write_text(CSN)

    assert filed.get("/api/csn/main").json["data"]["source"] == "local_file"


def test_what_was_read_holds_for_a_while(filed, folder):
    """`refresh` reads it anew."""
    before = filed.get(HERE)
    (folder / "sap-s4com-Supplier-v1.en.json").unlink()
    kept = filed.get(HERE)
    anew = filed.get(f"{HERE}?refresh=true")

    assert (kept.json, anew.status_code) == (before.json, 404)


def test_without_a_csn_the_answer_says_what_to_do(sap):
    """404 with the ORD id and a hint, which names no path of ours."""
    answer = sap.get(f"/api/csn/{PURCHASE_ORDER}")

    assert (answer.status_code, answer.json["code"]) == (404, "csn-not-found")
    assert answer.json["ord_id"] == "sap.s4com:apiResource:PurchaseOrder:v1"
    assert "ENTREPOT_DATAPRODUCTS_CSN_FOLDER" in answer.json["hint"]


@pytest.mark.parametrize("text", ["{", "[]", "\xff"])
def test_a_file_that_is_no_csn_spoils_no_other_page(filed, folder, text):
    """The CSN's own address says so; tables are listed without words."""
    path = folder / "sap-s4com-Supplier-v1.en.json"
    path.write_bytes(text.encode("latin-1"))
    answer = filed.get(HERE)
    tables = filed.get(f"/api/data-products/bdc:{SUPPLIER}/tables")

    assert (answer.status_code, answer.json["code"]) == (502, "csn-unreadable")
    assert str(folder) not in answer.text
    assert [t["label"] for t in tables.json["data"]] == ["", "", ""]


def test_the_report_compares_fields_and_columns(sap):
    """Each entity with its table, what is missing on either side, and types."""
    data = sap.get(f"{HERE}/report").json["data"]

    assert data["validation_passed"] is False
    assert data["unclaimed_tables"] == ["Blocked"]
    assert data["entities"][0] == {
        "entity": "supplier.Supplier",
        "schema_name": SUPPLIER,
        "table_name": TABLE,
        "validation_passed": False,
        "csn_fields": 7,
        "hana_columns": 7,
        "matches": [
            "Supplier",
            "SupplierName",
            "CreditLimit",
            "IsBlocked",
            "LastChange",
        ],
        "missing_in_hana": ["Gone"],
        "missing_in_csn": ["_Extra"],
        "type_mismatches": [
            {
                "field": "CreationDate",
                "csn_type": "cds.Date",
                "expected": "DATE",
                "actual": "VARCHAR",
            }
        ],
    }
    assert data["entities"][1]["table_name"] == CODES
    assert data["entities"][1]["validation_passed"] is True


def test_the_products_with_a_csn_are_listed(sap):
    """With where it comes from."""
    (known,) = sap.get("/api/csn/products").json["data"]

    assert known == {
        "connection": "bdc",
        "schema": SUPPLIER,
        "address": f"bdc:{SUPPLIER}",
        "display_name": "Supplier",
        "version": "v1",
        "ord_id": "sap.s4com:apiResource:Supplier:v1",
        "source": "sapdouble",
    }


def test_health_says_where_csns_can_be_had(sap):
    """A database that knows CSNs is a source; one that does not is none."""
    data = sap.get("/api/csn/health").json["data"]

    assert data == {
        "status": "healthy",
        "sources": [
            {
                "source": "sapdouble",
                "connection": "bdc",
                "is_available": True,
                "csn_count": 1,
                "detail": "",
            }
        ],
    }


def test_health_counts_files(filed, folder):
    """A folder that is gone is not available, and its path is not told."""
    before = filed.get("/api/csn/health").json["data"]
    folder.rename(folder.with_name("elsewhere"))
    after = filed.get("/api/csn/health")

    assert (before["status"], before["sources"][0]["csn_count"]) == ("healthy", 1)
    assert after.json["data"]["status"] == "unavailable"
    assert str(folder) not in after.text


def test_without_any_source_health_says_so(plain_sap):
    """It is still answered."""
    answer = plain_sap.get("/api/csn/health")

    assert answer.json["data"] == {"status": "unavailable", "sources": []}
