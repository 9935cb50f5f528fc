"""Rows by words: what the searches of SQLite and PostgreSQL find."""

import sqlite3

import pytest

from entrepot.base.errors import Invalid
from entrepot.base.rows import ReadOptions
from entrepot.connections import (
    Search,
    Target,
    open_target,
    read_query,
    select_rows,
    sql_dialect,
)
from tests.connections.shops import new_shop
from tests.services import connect

ROWS = (
    (1, "Steel pipe", "cold drawn"),
    (2, "Copper pipe", "made of 99% copper"),
    (3, 'The "big" one', "steel; NOT copper"),
)


ODD_NAMES = """
create table "it's" ("the id" integer primary key, "a b" text);
insert into "it's" values (7, 'steel');
create virtual table "full ""text\"\"\" using fts5(
    "a b", content='it''s', content_rowid="the id");
insert into "full ""text\"\"\" ("full ""text\"\"\") values ('rebuild');
"""


def find(target, where, table="docs", schema="main"):
    """Return the ids of the rows that hold a condition."""
    database = open_target(target)
    try:
        structure = database.describe(schema, table)
        query = read_query(structure, where=[where], limit=10)
        statement = select_rows(sql_dialect(target.dialect), structure, query)
        with database.read(statement, ReadOptions()) as stream:
            return [
                id for batch in stream.batches for id in batch.column(0).to_pylist()
            ]
    finally:
        database.close()


def searches(target, table="docs", schema="main"):
    """Return the ways to search a table."""
    database = open_target(target)
    try:
        return database.describe(schema, table).searches
    finally:
        database.close()


@pytest.fixture(params=["fts5", "fts4"])
def full_text(request, tmp_path):
    """An SQLite file whose table `docs` has a full-text table `words`."""
    options = {"fts5": "content='docs', content_rowid='id'", "fts4": 'content="docs"'}
    with sqlite3.connect(tmp_path / "docs.db") as connection:
        connection.execute(
            "create table docs (id integer primary key, title text, body text)"
        )
        connection.executemany("insert into docs values (?, ?, ?)", ROWS)
        connection.execute(
            f"create virtual table words using {request.param}"
            f"(title, body, {options[request.param]})"
        )
        connection.execute("insert into words (words) values ('rebuild')")
    connection.close()
    return Target(name="t", dialect="sqlite", url=f"sqlite:///{tmp_path}/docs.db")


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        (":search:pipe", [1, 2]),
        (":search:pipe copper", [2]),
        ("title:search:steel", [1]),
        ("body:search:STEEL", [3]),
        (":search:cop*", [2, 3]),
        (':search:"big" one', [3]),
        (":search:NOT copper", [3]),
        (":search:nothing", []),
        (":search:* OR ) (", []),
    ],
)
def test_words_are_found_by_a_full_text_table(full_text, where, ids):
    """All words must be there; signs in them mean nothing but a star at the end."""
    assert find(full_text, where) == ids


def test_a_full_text_table_is_searched_itself(full_text):
    """It is a table like others, and knows its own rows."""
    assert len(find(full_text, ":search:copper", table="words")) == 2


def test_a_table_tells_how_it_is_searched(tmp_path, full_text):
    """Columns, and the table that knows them."""
    (search,) = searches(full_text)

    assert (search.columns, search.source, search.is_slow) == (
        ("title", "body"),
        "words",
        False,
    )


def test_names_are_quoted_whatever_they_are(tmp_path):
    """A table, a full-text table and a column of odd names."""
    with sqlite3.connect(tmp_path / "odd.db") as connection:
        connection.executescript(ODD_NAMES)
    connection.close()
    target = Target(name="t", dialect="sqlite", url=f"sqlite:///{tmp_path}/odd.db")

    assert searches(target, "it's") == (
        Search(columns=("a b",), kind="fts5", source='full "text"', key="the id"),
    )
    assert find(target, "a b:search:steel", table="it's") == [7]


def test_a_table_without_full_text_is_not_searched(full_text, tmp_path):
    """The message says where words can be looked for, and what else there is."""
    with sqlite3.connect(tmp_path / "docs.db") as connection:
        connection.execute("create table plain (id integer primary key, t text)")
    connection.close()
    with pytest.raises(Invalid) as nowhere:
        find(full_text, ":search:x", table="plain")
    with pytest.raises(Invalid) as elsewhere:
        find(full_text, "id:search:x")
    with pytest.raises(Invalid) as nothing:
        find(full_text, ":search: ")

    assert [str(e.value.hint) for e in (nowhere, elsewhere)] == [
        "use contains",
        "there is one for body, title",
    ]
    assert nothing.value.detail == "search wants at least one word"


@pytest.fixture
def postgres(postgresql):
    """A PostgreSQL database with a table `docs` that nothing indexes."""
    with new_shop(postgresql) as target:
        with connect(target.url) as connection:
            connection.execute(
                "create table docs (id integer primary key, title text, body text)"
            )
            for row in ROWS:
                connection.execute("insert into docs values (%s, %s, %s)", row)
        yield target


def make(target, sql):
    """Run one statement as the owner."""
    with connect(target.url) as connection:
        connection.execute(sql)


def test_postgresql_finds_words_without_an_index_slowly(postgres):
    """Every text can be searched, row by row; the table says that it is slow."""
    assert [(s.kind, s.is_slow) for s in searches(postgres, schema="public")] == [
        ("words", True)
    ]
    assert find(postgres, ":search:pipe copper", schema="public") == [2]
    assert find(postgres, "title:search:steel", schema="public") == [1]
    assert find(postgres, ':search:"cold drawn"', schema="public") == [1]


def test_postgresql_uses_an_index_over_ready_texts(postgres):
    """Its language and its very expression, so that the index serves."""
    make(
        postgres,
        "create index on docs using gin (to_tsvector('english',"
        " coalesce(title, '') || ' ' || coalesce(body, '')))",
    )
    quick = searches(postgres, schema="public")[0]

    assert (quick.columns, quick.configuration, quick.is_slow) == (
        ("title", "body"),
        "english",
        False,
    )
    assert find(postgres, ":search:pipes steel", schema="public") == [1]


def test_postgresql_uses_a_column_of_ready_texts(postgres):
    """One that the database makes tells its language."""
    make(
        postgres,
        'alter table docs add column "Ready %s" tsvector generated always as'
        " (to_tsvector('english', title)) stored",
    )
    make(postgres, 'create index on docs using gin ("Ready %s")')
    quick = searches(postgres, schema="public")[0]

    assert (quick.columns, quick.configuration, quick.is_slow) == (
        ("Ready %s",),
        "english",
        False,
    )
    assert find(postgres, ":search:pipes", schema="public") == [1, 2]
