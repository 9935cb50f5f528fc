"""Nothing that goes through HANA's wall leaves a trace, as far as the double shows.

The double refuses writes in READ ONLY transactions and knows privileges; whether a
HANA refuses each of these in the same way, it cannot show.
"""

from __future__ import annotations

from contextlib import closing

import pytest
from sqlalchemy.engine import make_url

from entrepot.base.errors import Denied, Invalid, Refused, TimedOut
from entrepot.connections import open_target
from entrepot.connections.dialects.hana.pool import Pool
from entrepot.connections.hostile import Place
from tests.connections.hana_shops import new_hana_shop
from tests.connections.hostile.corpus import Range, check_corpus, families, few
from tests.hana_double.running import run_on

EXPECTED = (Denied, Invalid, Refused, TimedOut)
"""Kinds that a refusal may have; any other fails the test."""

SET_UP = (
    "CREATE TABLE KEPT (ID INTEGER PRIMARY KEY, NAME NVARCHAR(20))",
    "INSERT INTO KEPT VALUES (1, 'one'), (2, 'two')",
    "CREATE VIEW SEEN AS SELECT ID FROM KEPT",
    "CREATE SEQUENCE COUNTER",
)
STATE = """
SELECT 'kept' AS A, CAST(ID AS NVARCHAR(20)) AS B, NAME AS C, NULL AS D, NULL AS E
FROM OWNER.KEPT
UNION ALL SELECT 'table', SCHEMA_NAME, TABLE_NAME, COMMENTS, NULL FROM SYS.TABLES
UNION ALL SELECT 'view', SCHEMA_NAME, VIEW_NAME, DEFINITION, NULL FROM SYS.VIEWS
UNION ALL SELECT SCHEMA_NAME, TABLE_NAME, COLUMN_NAME, DATA_TYPE_NAME, COMMENTS
FROM SYS.TABLE_COLUMNS
UNION ALL SELECT 'index', SCHEMA_NAME, INDEX_NAME, NULL, NULL FROM SYS.INDEXES
UNION ALL SELECT 'sequence', SEQUENCE_NAME, CAST(LAST_VALUE AS NVARCHAR(20)), NULL, NULL
FROM SYS.SEQUENCES
UNION ALL SELECT 'schema', SCHEMA_NAME, SCHEMA_OWNER, NULL, NULL FROM SYS.SCHEMAS
UNION ALL SELECT USER_NAME, PRIVILEGE, SCHEMA_NAME, OBJECT_NAME, NULL
FROM SYS.EFFECTIVE_PRIVILEGES
UNION ALL SELECT 'user', USER_NAME, NULL, NULL, NULL FROM SYS.USERS
ORDER BY 1, 2, 3, 4, 5
"""


@pytest.fixture(scope="module")
def shop(hana):
    """A database whose owner has something to lose."""
    target = new_hana_shop(hana)
    with closing(hana.connect("OWNER", make_url(target.url).database)) as owner:
        for statement in SET_UP:
            run_on(owner, statement)
    return target


@pytest.fixture(scope="module")
def database(shop):
    """`shop` behind the wall."""
    database = open_target(shop)
    yield database
    database.close()


@pytest.fixture(scope="module")
def pool(shop):
    """Connections to `shop` that nothing of ours reads statements for."""
    pool = Pool(shop)
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def target(hana, shop, database, pool, tmp_path_factory, unparsed):
    """`shop` behind the wall, and behind its READ ONLY transaction alone."""
    folder = tmp_path_factory.mktemp("hostile-hana")
    place = Place(table='"OWNER"."KEPT"', column='"NAME"', folder=str(folder))
    # An administrator looks.
    with closing(hana.connect("SYSTEM", make_url(shop.url).database)) as line:
        target = Range(
            database=database,
            dialect="hana",
            place=place,
            look=lambda: (run_on(line, STATE), [*folder.iterdir()]),
            refusals=EXPECTED,
        )
        target.ways = [target.run, lambda sql, s: run_unread(pool, sql, s)]
        yield target


def run_unread(pool, sql: str, seconds: float) -> None:
    """Run a statement in a READ ONLY transaction; no word of it is looked at.

    It may run there, as SET SCHEMA does, if only it leaves no trace.
    """
    with (
        pool.transaction(seconds) as reading,
        reading.cursor() as cursor,
        reading.turned(sql),
    ):
        cursor.execute(sql)
        reading.is_spoiled = True  # it is closed, as behind the wall
        if cursor.description:
            cursor.fetchmany(10)


def test_a_few_statements_leave_no_trace(target):
    """A sample of the corpus, and what has to work, in every run."""
    assert target.attack(few("hana")) == {}


@pytest.mark.fault
@pytest.mark.parametrize("family", families("hana"))
def test_no_statement_leaves_a_trace(target, family):
    """Rows, tables, people and privileges are as before."""
    assert target.attack(family) == {}


def test_writing_would_have_worked(hana, shop):
    """The same user may do it outside the wall."""
    with closing(hana.connect("OWNER", make_url(shop.url).database)) as owner:
        owner.setautocommit(False)
        run_on(owner, "DELETE FROM KEPT")
        assert run_on(owner, "SELECT * FROM KEPT") == []
        owner.rollback()
        assert len(run_on(owner, "SELECT * FROM KEPT")) == 2


def test_the_corpus_is_large():
    """At least 150 attempts, and one statement that works beside each family."""
    check_corpus("hana")
