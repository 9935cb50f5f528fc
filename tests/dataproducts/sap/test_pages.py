"""What pages show of SAP's data products; `tests/pages` looks at them."""

import html
import re

from tests.dataproducts.sap.stock import CODES, PURCHASE_ORDER, SUPPLIER, TABLE

HERE = f"/data-products/bdc:{SUPPLIER}"


def words(answer):
    """Return the words between the tags, one blank apart."""
    assert answer.status_code == 200, answer.text
    text = re.sub(r"(?s)<(script|style|template).*?</\1>|<[^>]+>", " ", answer.text)
    return " ".join(html.unescape(text).split())


def test_a_product_shows_entities_with_their_technical_names(sap):
    """And its owner, namespace, ORD id and when it was made."""
    page = words(sap.get(HERE))

    assert f"Supplier Business partners we buy from {TABLE} table" in page
    assert "Namespace sap.s4com ORD id sap.s4com:apiResource:Supplier:v1" in page
    assert "Owner _SAP_DB_ACCESS_DATA_PRODUCT_GATEWAY" in page
    assert "Made 4 Nov 2025, 08:48:34 UTC" in page
    assert "2 entities from the database, with words in de, de_AT, en." in page


def test_a_product_without_csn_says_so(sap):
    """Only those of SAP's do."""
    bare = words(sap.get(f"/data-products/bdc:{PURCHASE_ORDER}"))
    other = words(sap.get("/data-products/bdc:main"))

    assert "Core schema notation None is known" in bare
    assert "Core schema notation" not in other


def test_tables_are_found_by_label_and_technical_name(sap):
    """The search on the product's page knows both."""
    by_id = words(sap.get(f"{HERE}?q=b6d7050b+companycode"))
    by_label = words(sap.get(f"{HERE}?q=business+partners"))

    assert ("1 of 3 tables" in by_id, "1 of 3 tables" in by_label) == (True, True)


def test_a_structure_shows_labels_and_associations(sap):
    """Beside the names that statements need."""
    supplier = words(sap.get(f"{HERE}/tables/{TABLE}/structure"))
    codes = words(sap.get(f"{HERE}/tables/{CODES}/structure"))

    assert "SupplierName Name of Supplier VARCHAR" in supplier
    assert "One row is named by Supplier, CompanyCode" in codes
    assert "_Supplier Supplier supplier.Supplier one Supplier = Supplier" in codes
    assert "companycode.CompanyCode one a condition of its own" in codes


def test_rows_lead_where_associations_point(sap):
    """The value is a link to the row of the other table; heads have labels."""
    codes = sap.get(f"{HERE}/tables/{CODES}").text
    supplier = sap.get(f"{HERE}/tables/{TABLE}").text

    assert f'href="{HERE}/tables/{TABLE}?where=Supplier%3Aeq%3A0010000001"' in codes
    assert 'title="Supplier · Account number of the supplier"' in supplier


def test_the_csn_has_a_page_beside_the_tables(sap):
    """Each entity with what differs."""
    page = words(sap.get(f"{HERE}/csn"))
    none = sap.get(f"/data-products/bdc:{PURCHASE_ORDER}/csn")

    assert "Supplier 3 differences Business partners we buy from" in page
    assert "Fields without column Gone Columns not described _Extra" in page
    assert "CreationDate cds.Date DATE VARCHAR" in page
    assert none.status_code == 404
