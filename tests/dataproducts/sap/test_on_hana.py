"""SAP's data products where they live: SAP's own driver on a double of HANA."""

import pytest
from sqlalchemy.engine import make_url
from tests.dataproducts.sap.stock import CODES, CSN, GATEWAY, SUPPLIER, TABLE
from tests.hana_double.running import PASSWORD, new_certificate, own_double

from entrepot.app import create_app
from entrepot.composition import build_house
from entrepot.connections import add_connection

HERE = f"/api/data-products/hana:{SUPPLIER}"
TEST = "/api/hana/test-connection"
CSN_TABLE = f'"{GATEWAY}"."_SAP_DATAPRODUCT_DELTA_CSN"'
CSN_TEXT = CSN.replace("'", "''")

STATEMENTS = (
    f'CREATE USER {GATEWAY} PASSWORD "{PASSWORD}" NO FORCE_FIRST_PASSWORD_CHANGE',
    f'CREATE USER READER PASSWORD "{PASSWORD}" NO FORCE_FIRST_PASSWORD_CHANGE',
    "CREATE SCHEMA FAR",
    """CREATE TABLE FAR.SUPPLIER ("Supplier" NVARCHAR(10), "SupplierName" NVARCHAR(80),
        "CreditLimit" DECIMAL(15,2), "CreationDate" DATE, "IsBlocked" BOOLEAN,
        "LastChange" TIMESTAMP, "Gone" NVARCHAR(2))""",
    """INSERT INTO FAR.SUPPLIER VALUES ('0010000001', 'ACME', 12.50, '2026-01-22',
        FALSE, '2026-01-22 11:40:00', 'x')""",
    'CREATE TABLE FAR.CODES ("Supplier" NVARCHAR(10), "CompanyCode" NVARCHAR(4))',
    "INSERT INTO FAR.CODES VALUES ('0010000001', '1010')",
    f'CREATE SCHEMA "{SUPPLIER}" OWNED BY {GATEWAY}',
    f'CREATE VIRTUAL TABLE "{SUPPLIER}"."{TABLE}" AT "S4"."X"."FAR"."SUPPLIER"',
    f'CREATE VIRTUAL TABLE "{SUPPLIER}"."{CODES}" AT "S4"."X"."FAR"."CODES"',
    f"CREATE TABLE {CSN_TABLE} (REMOTE_SOURCE_NAME NVARCHAR(255), CSN_JSON NCLOB)",
    f"INSERT INTO {CSN_TABLE} VALUES ('S4', '{CSN_TEXT}')",
    f'GRANT SELECT ON SCHEMA "{SUPPLIER}" TO READER',
)


@pytest.fixture(scope="module")
def address(hana):
    """A database of the double with one product, and the way in as a reader."""
    database = hana.new_database()
    for statement in STATEMENTS:
        hana.run(statement, database=database)
    return hana.url("READER", PASSWORD, database)


@pytest.fixture
def product(house, client, address):
    """The client of a house that reads the product."""
    add_connection(house, name="hana", url=address, by="test")
    return client


@pytest.fixture(scope="module")
def encrypting(tmp_path_factory):
    """A double that speaks TLS, by a certificate that nobody trusts."""
    path = new_certificate(tmp_path_factory.mktemp("tls") / "double.pem")
    with own_double(certificate=path) as double:
        double.run(STATEMENTS[1])
        yield double


@pytest.fixture
def granted(hana, address):
    """The reader may read the CSN during the test."""
    database = make_url(address).database
    hana.run(f"GRANT SELECT ON {CSN_TABLE} TO READER", database=database)
    yield
    hana.run(f"REVOKE SELECT ON {CSN_TABLE} FROM READER", database=database)


def test_a_product_of_hana_has_name_owner_and_tables(product):
    """Virtual tables, by their entities."""
    listed = product.get("/api/data-products?source=hana").json["data"]
    found = next(one for one in listed if one["schema"] == SUPPLIER)
    tables = product.get(f"{HERE}/tables?counts=true").json["data"]

    assert (found["display_name"], found["version"]) == ("Supplier", "v1")
    assert found["owner"] == GATEWAY
    assert [(t["entity"], t["name"], t["type"], t["row_count"]) for t in tables] == [
        ("Supplier", TABLE, "virtual table", 1),
        ("SupplierCompanyCode", CODES, "virtual table", 1),
    ]


def test_rows_of_a_virtual_table_are_read(product):
    """Dots, hyphens and small letters in its name do no harm."""
    address = f"{HERE}/tables/{TABLE}?where=SupplierName:contains:cm"
    columns = "&columns=Supplier,CreditLimit,LastChange"

    assert product.get(address + columns).json["data"]["rows"] == [
        {
            "Supplier": "0010000001",
            "CreditLimit": "12.50",
            "LastChange": "2026-01-22T11:40:00",
        }
    ]


def test_a_csn_that_is_not_granted_is_none(product):
    """The tables are there all the same."""
    answer = product.get(f"{HERE}/csn")

    assert (answer.status_code, answer.json["code"]) == (404, "csn-not-found")
    assert product.get(f"{HERE}/tables").status_code == 200


def test_a_csn_that_is_granted_speaks(product, granted):
    """Its source is HANA; keys and links come from it."""
    csn = product.get(f"{HERE}/csn").json["data"]
    codes = product.get(f"{HERE}/tables/{CODES}/structure").json["data"]

    assert (csn["source"], len(csn["entities"])) == ("hana", 2)
    assert codes["key"] == ["Supplier", "CompanyCode"]
    assert [key["table"] for key in codes["foreign_keys"]] == [TABLE]


def test_the_report_holds_the_csn_against_virtual_tables(product, granted):
    """A column that is too short is told from one that is right."""
    report = product.get(f"{HERE}/csn/report").json["data"]
    supplier, codes = report["entities"]

    assert supplier["type_mismatches"] == [
        {
            "field": "Gone",
            "csn_type": "cds.String",
            "expected": "NVARCHAR(3)",
            "actual": "NVARCHAR(2)",
        }
    ]
    assert (len(supplier["matches"]), supplier["missing_in_hana"]) == (6, [])
    assert codes["validation_passed"] is True


def test_a_login_is_told_from_a_refusal(product, address):
    """The registered one is let in; a wrong password is AUTH_FAILED."""
    url = make_url(address)
    body = {"host": url.host, "port": url.port, "user": "SYSTEM", "ssl": False}
    right = product.post(TEST, json={"instance_id": "hana"})
    wrong = product.post(TEST, json=body | {"password": "s3cr3t-x"})

    assert right.json["data"]["version"].startswith("SAP HANA ")
    assert (wrong.status_code, wrong.json["error_code"]) == (502, "AUTH_FAILED")
    assert "s3cr3t-x" not in wrong.text


@pytest.mark.parametrize(
    ("validates", "status", "code"),
    [("true", 503, "CONNECTION_FAILED"), ("false", 200, None)],
)
def test_a_certificate_is_checked_unless_settings_say_no(
    environ, encrypting, validates, status, code
):
    """HANA_HOST and the others make the connection; its line is encrypted."""
    given = {
        "HANA_HOST": "localhost",
        "HANA_PORT": str(encrypting.port),
        "HANA_USER": "READER",
        "HANA_PASSWORD": PASSWORD,
        "HANA_SSL_VALIDATE": validates,
    }
    house = build_house(environ | given)
    answer = create_app(house, is_open=True).test_client().post(TEST)
    house.close()

    assert (answer.status_code, answer.json.get("error_code")) == (status, code)
    assert PASSWORD not in answer.text


def test_a_port_where_nobody_listens_is_told_quickly(client):
    """CONNECTION_FAILED, without the password."""
    body = {"host": "127.0.0.1", "port": 9, "user": "u", "password": "s3cr3t-x"}
    answer = client.post(TEST, json=body)

    assert (answer.status_code, answer.json["error_code"]) == (503, "CONNECTION_FAILED")
    assert "s3cr3t-x" not in answer.text
