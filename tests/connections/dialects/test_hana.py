"""What HANA's dialect does beside the contract, as far as the double shows."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy.engine import make_url

from entrepot.base.deadline import Switch
from entrepot.base.errors import Denied, Invalid, Refused, Stopped, Unavailable
from entrepot.base.rows import ReadOptions
from entrepot.connections import KnowsCsn, Statement, Target, open_target
from entrepot.connections.dialects.hana.driver import arguments
from entrepot.connections.dialects.hana.errors import CODES, HINTS, turned
from entrepot.connections.dialects.hana.gate import check_reading, first_word
from tests.connections.hana_shops import new_hana_shop
from tests.hana_double.running import PASSWORD, new_certificate, own_double, run_on

PRODUCT = "_SAP_DATAPRODUCT_sap_s4com_dataProduct_Supplier_v1_c8f5c255"
SUPPLIER = "_SAP_DATAPRODUCT_b6d7050b-8c9a_supplier.Supplier"
GATEWAY = "_SAP_DB_ACCESS_DATA_PRODUCT_GATEWAY"
SLOW = (
    "WITH RECURSIVE N(I) AS (SELECT 1 UNION ALL SELECT I + 1 FROM N "
    "WHERE I < 1000000000) SELECT COUNT(*) AS C FROM N"
)


@pytest.fixture
def shop(hana):
    """An empty database, as the owner of its schema."""
    return new_hana_shop(hana)


@pytest.fixture
def database(shop):
    """`shop` behind the wall."""
    database = open_target(shop)
    yield database
    database.close()


@pytest.fixture
def admin(hana, shop):
    """Run one statement as SYSTEM in the same database."""
    with closing(hana.connect("SYSTEM", make_url(shop.url).database)) as line:
        yield lambda sql: run_on(line, sql)


def read(database, sql: str, *values: object, **options) -> list[dict[str, object]]:
    """Return all rows."""
    statement = Statement(sql=sql, params=values)
    with database.read(statement, ReadOptions(**options)) as stream:
        return [row for batch in stream.batches for row in batch.to_pylist()]


def with_user(target: Target, user: str, password: str) -> Target:
    """Return the target as somebody else."""
    url = make_url(target.url).set(username=user, password=password)
    return replace(target, url=url.render_as_string(hide_password=False))


def add_reader(admin) -> None:
    """Make a user who has nothing but a schema of his own."""
    admin('CREATE USER READER PASSWORD "Read1234" NO FORCE_FIRST_PASSWORD_CHANGE')


def test_everything_is_encrypted_and_checked_by_default():
    """The address has to say otherwise; unknown words of the driver's are not ours."""
    target = Target(name="h", dialect="hana", url="hana://U:p@hana.example.org")

    given = dict(arguments(target))

    assert given == {
        "address": "hana.example.org",
        "port": 443,
        "user": "U",
        "password": "p",
        "encrypt": "true",
        "sslValidateCertificate": "true",
        "connectTimeout": 5000,
        "communicationTimeout": 900_000,
        "reconnect": "false",
        "sessionVariable:APPLICATION": "entrepot",
    }


def test_nothing_goes_in_the_clear_over_a_network():
    """Loopback is no network."""
    url = "hana://U:p@{}:30015?encrypt=false"
    near = Target(name="h", dialect="hana", url=url.format("127.0.0.1"))
    far = Target(name="h", dialect="hana", url=url.format("hana.example.org"))

    assert arguments(near)["encrypt"] == "false"
    with pytest.raises(Invalid, match="in the clear"):
        arguments(far)


@pytest.mark.parametrize("method", ["SCRAMSHA256", "SCRAMPBKDF2SHA256"])
def test_passwords_are_proved_in_two_ways(method):
    """Older servers know the first only; a wrong password is refused in both."""
    with own_double("--methods", method) as double:
        target = new_hana_shop(double)
        with closing(open_target(target)) as database:
            assert database.greet().server == "SAP HANA 4.00.000.00.1730000000"
        stranger = open_target(with_user(target, "OWNER", "wrong"))
        with closing(stranger), pytest.raises(Refused) as caught:
            stranger.greet()

    assert caught.value.facts["database_code"] == 10
    assert "password" in caught.value.hint


def test_tls_is_spoken_with_whom_the_trust_store_knows(tmp_path):
    """Without it the same server is a stranger."""
    certificate = new_certificate(tmp_path / "server.pem")
    with own_double(certificate=certificate) as double:
        target = new_hana_shop(double)
        with closing(open_target(target)) as database:
            assert read(database, "SELECT 1 AS A FROM DUMMY") == [{"A": 1}]
        url = make_url(target.url).difference_update_query(["sslTrustStore"])
        stranger = replace(target, url=url.render_as_string(hide_password=False))
        with closing(open_target(stranger)) as database, pytest.raises(Unavailable):
            database.greet()


@pytest.mark.parametrize(
    ("statement", "code", "hint"),
    [
        ("ALTER USER OWNER FORCE PASSWORD CHANGE", 414, "new password"),
        ("ALTER USER OWNER DEACTIVATE", 416, "RESET CONNECT ATTEMPTS"),
    ],
)
def test_users_who_may_not_come_in_are_told_why(
    admin, shop, database, statement, code, hint
):
    """A first password that nobody changed, too many wrong ones."""
    assert database.greet().server.startswith("SAP HANA 4")
    admin(statement)

    with pytest.raises(Refused) as caught:
        database.greet()

    assert caught.value.facts["database_code"] == code
    assert hint in caught.value.hint
    assert PASSWORD not in str(caught.value.detail)


def test_errors_go_by_their_numbers_with_their_place(shop):
    """And each that needs one has a hint; what is unknown is the asker's mistake."""
    text = 'sql syntax error: incorrect syntax near "FORM": line 2 col 3 (at pos 12)'

    error = turned(257, text, shop, "SELECT 1\n  FORM X")

    assert type(error) is Invalid
    assert error.facts == {"database_code": 257, "position": 12}
    assert error.detail == 'sql syntax error: incorrect syntax near "FORM"'
    assert type(turned(258, "insufficient privilege", shop)) is Denied
    assert type(turned(-10807, "System call 'recv' failed", shop)) is Unavailable
    assert set(HINTS) <= set(CODES)


def test_a_lost_connection_is_replaced(admin, database):
    """The one that waits in the pool is tried by a statement, and dropped."""
    [row] = read(database, "SELECT CURRENT_CONNECTION AS N FROM DUMMY")
    admin(f"ALTER SYSTEM DISCONNECT SESSION '{row['N']}'")

    [again] = read(database, "SELECT CURRENT_CONNECTION AS N FROM DUMMY")

    assert again["N"] > row["N"]


def test_a_connection_lost_in_a_statement_is_said(admin, database):
    """It is worth another try, and the next statement has it."""
    [row] = read(database, "SELECT CURRENT_CONNECTION AS N FROM DUMMY")
    cut = f"ALTER SYSTEM DISCONNECT SESSION '{row['N']}'"
    timer = threading.Timer(0.3, admin, [cut])
    timer.start()

    with pytest.raises(Unavailable) as caught:
        read(database, SLOW)

    timer.join()
    assert caught.value.facts["database_code"] in (-10807, -10709)
    assert read(database, "SELECT 1 AS A FROM DUMMY") == [{"A": 1}]


def test_a_stopped_statement_is_gone_from_the_server(admin, database):
    """Its session does nothing any more; the connection is not lent again."""
    [row] = read(database, "SELECT CURRENT_CONNECTION AS N FROM DUMMY")
    switch = Switch()
    threading.Timer(0.3, switch.pull).start()
    started = time.monotonic()

    with pytest.raises(Stopped):
        read(database, SLOW, switch=switch)

    assert time.monotonic() - started < 15
    [again] = read(database, "SELECT CURRENT_CONNECTION AS N FROM DUMMY")
    assert again["N"] > row["N"]


def test_a_server_that_is_silent_costs_five_seconds():
    """Connecting has a limit of its own."""
    with own_double() as double:
        target = new_hana_shop(double)
        double.process.send_signal(signal.SIGSTOP)
        started = time.monotonic()
        database = open_target(replace(target, connect_seconds=1.0))
        with closing(database), pytest.raises(Unavailable):
            database.greet()
        double.process.send_signal(signal.SIGCONT)

    assert time.monotonic() - started < 15


def test_products_lie_in_virtual_tables_with_odd_names(admin, database):
    """They are listed, described and read; what they are called is kept."""
    make_product(admin)

    [schema] = [s for s in database.list_schemas() if s.name == PRODUCT]
    [table] = database.list_tables(PRODUCT)
    structure = database.describe(PRODUCT, SUPPLIER)

    assert (schema.owner, schema.table_count) == ("OWNER", 1)
    assert schema.created_at is not None
    assert (table.name, table.type, table.row_count) == (
        SUPPLIER,
        "virtual table",
        None,
    )
    assert [(c.name, c.type) for c in structure.columns] == [
        ("Supplier", "NVARCHAR(10)"),
        ("supplier.Name", "NVARCHAR(80)"),
    ]
    assert read(database, f'SELECT * FROM "{PRODUCT}"."{SUPPLIER}"') == [
        {"Supplier": "0010000001", "supplier.Name": "ACME"}
    ]


def test_a_csn_is_read_where_it_is_granted(admin, database):
    """Else there is none, which is no error."""
    assert isinstance(database, KnowsCsn)
    assert database.csn(PRODUCT) is None
    make_product(admin)
    admin(f'CREATE SCHEMA "{GATEWAY}"')
    csn = f'"{GATEWAY}"."_SAP_DATAPRODUCT_DELTA_CSN"'
    admin(f"CREATE TABLE {csn} (REMOTE_SOURCE_NAME NVARCHAR(255), CSN_JSON NCLOB)")
    admin(
        f"""INSERT INTO {csn} VALUES ('other', '[0]'), ('SUPPLIERS', '[{{"a":1}}]')"""
    )

    assert database.csn(PRODUCT) is None
    admin(f"GRANT SELECT ON {csn} TO OWNER")

    assert database.csn(PRODUCT) == '[{"a":1}]'
    assert database.csn("OWNER") is None


def test_a_user_who_may_harm_is_kept_out(admin, shop):
    """Unless the registration says that it is known; each privilege has a remedy."""
    add_reader(admin)
    admin("GRANT USER ADMIN TO READER")
    reader = with_user(shop, "READER", "Read1234")
    with closing(open_target(reader)) as database, pytest.raises(Denied) as caught:
        database.greet()
    with closing(open_target(replace(reader, allow_unsafe_role=True))) as database:
        warnings = database.greet().warnings

    assert "USER ADMIN" in caught.value.detail
    assert 'the user has USER ADMIN: REVOKE USER ADMIN FROM "READER"' in warnings


def test_what_a_user_may_change_is_told_with_its_remedy(admin, database, shop):
    """Who can only read is told nothing but that he has a schema."""
    run = "CREATE TABLE T (A INTEGER)"
    admin(f"{run.replace(' T ', ' OWNER.T ')}")
    add_reader(admin)
    admin("GRANT INSERT ON OWNER.T TO READER")
    admin("GRANT SELECT ON OWNER.T TO READER")

    with closing(open_target(with_user(shop, "READER", "Read1234"))) as reader:
        warnings = reader.greet().warnings
        rows = read(reader, 'SELECT * FROM "OWNER"."T"')

    assert rows == []
    assert (
        'the user may INSERT on "OWNER"."T": REVOKE INSERT ON "OWNER"."T" FROM "READER"'
        in warnings
    )
    assert len(warnings) == 2


def test_what_is_not_granted_is_denied(admin, shop):
    """With HANA's number, and whom to ask."""
    admin("CREATE TABLE OWNER.T (A INTEGER)")
    add_reader(admin)

    with closing(open_target(with_user(shop, "READER", "Read1234"))) as reader:
        with pytest.raises(Denied) as caught:
            read(reader, 'SELECT * FROM "OWNER"."T"')
        schemas = [schema.name for schema in reader.list_schemas()]

    assert caught.value.facts["database_code"] == 258
    assert "GRANT SELECT" in caught.value.hint
    assert schemas == ["READER"]


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("select 1", "SELECT"),
        (" ;\n-- DROP\n/* x */ WITH a AS", "WITH"),
        ("", ""),
        ("-- only", ""),
        ("{CALL x}", "{"),
    ],
)
def test_the_first_word_is_found_behind_comments(sql, word):
    """It says what kind a statement is."""
    assert first_word(sql) == word


@pytest.mark.parametrize(
    "sql", ["/* /* */ SELECT 1 */ DROP TABLE x", "-- a\rDROP TABLE x\nSELECT 1", "/* x"]
)
def test_comments_that_read_in_two_ways_are_refused(sql):
    """Where HANA might see another first word than we do."""
    check_reading("/* a */ -- b\nSELECT 1 FROM DUMMY")

    with pytest.raises(Invalid, match="comment"):
        check_reading(sql)


def test_without_the_driver_there_is_a_hint():
    """Everything else works; the hint says what to install."""
    program = (
        "import sys; sys.modules['hdbcli'] = None\n"
        "from entrepot.connections import DIALECTS, Target, open_target\n"
        "from entrepot.base.errors import Refused\n"
        "print(DIALECTS.get('hana').summary)\n"
        "try: open_target(Target(name='h', dialect='hana', url='hana://U@h'))\n"
        "except Refused as error: print(error.hint)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    ).stdout.splitlines()

    assert said[0] == "SAP HANA and SAP HANA Cloud; needs the extra `hana`."
    assert said[1].startswith("pip install 'entrepot[hana]'")


def make_product(admin) -> None:
    """Make a data product as SAP's gateway does, its rows in a table of ours."""
    admin("CREATE SCHEMA FAR")
    columns = '"Supplier" NVARCHAR(10), "supplier.Name" NVARCHAR(80)'
    admin(f"CREATE TABLE FAR.SUPPLIER ({columns})")
    admin("INSERT INTO FAR.SUPPLIER VALUES ('0010000001', 'ACME')")
    admin(f'CREATE SCHEMA "{PRODUCT}" OWNED BY OWNER')
    admin(
        f'CREATE VIRTUAL TABLE "{PRODUCT}"."{SUPPLIER}" '
        'AT "SUPPLIERS"."<NULL>"."FAR"."SUPPLIER"'
    )
