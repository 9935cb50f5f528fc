"""`POST /api/database/test`: a query of somebody's own, which can change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from entrepot.accounts import User
from entrepot.base.store import Model
from entrepot.migrations import import_models
from entrepot.operations.trials.secrecy import OPEN_TABLES, is_hidden, is_secret

URL = "/api/database/test"
HASH = "scrypt:32768:8:1$salt$0123456789abcdef"


@pytest.fixture
def ask(sign_in, our_house):
    """A function that runs a query as somebody of a role; there is a person to read."""
    clients = {role: sign_in(role) for role in ("admin", "viewer")}
    with our_house.store.session() as session:
        session.add(User(email="eve@example.com", password_hash=HASH))

    def run(query=None, role="admin", **more):
        body = {**({"query": query} if query is not None else {}), **more}
        with clients[role].post(URL, json=body) as answer:  # others want its place
            answer.get_data()
        return answer

    return run


def contents(house) -> list[object]:
    """Return what a query might have changed."""
    with house.store.read_session() as session:
        names = sorted(inspect(session.connection()).get_table_names())
        people = session.execute(text("SELECT email, password_hash FROM users")).all()
    return [names, people]


def test_without_a_body_it_asks_for_one(admin):
    """The document's default query, and its answer."""
    answer = admin.post(URL).json

    assert 0 < answer["data"].pop("execution_time") < 10
    assert answer == {
        "success": True,
        "message": "Database test completed",
        "data": {
            "query": "SELECT 1 as test",
            "row_count": 1,
            "results": [{"test": 1}],
            "truncated": False,
            "status": "success",
        },
    }


NUMBERS = {
    "sqlite": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r "
    "WHERE n < {0}) SELECT n FROM r",
    "postgresql": "SELECT n FROM generate_series(1, {0}) AS n",
}


@pytest.mark.parametrize(("rows", "shown"), [(0, 1), (10, 10), (11, 10), (5000, 10)])
def test_ten_rows_are_shown(ask, kind, rows, shown):
    """More are cut, and the answer says so."""
    if rows == 0 and kind == "postgresql":
        shown = 0
    data = ask(NUMBERS[kind].format(rows)).json["data"]

    assert data["results"] == [{"n": n} for n in range(1, shown + 1)]
    assert (data["row_count"], data["truncated"]) == (shown, rows > 10)


def test_names_that_come_twice_are_told_apart(ask):
    """Each column of an answer has a name of its own."""
    data = ask("SELECT 1 AS a, 2 AS a, NULL AS b, 1.5 AS c, 'x' AS d").json["data"]

    (row,) = data["results"]
    assert float(row.pop("c")) == 1.5
    assert row == {"a": 1, "a_2": 2, "b": None, "d": "x"}


HOSTILE = [
    "DROP TABLE users",
    "DELETE FROM users",
    "UPDATE users SET password_hash = 'x'",
    "INSERT INTO alembic_version VALUES ('9')",
    "CREATE TABLE evil (n integer)",
    "SELECT 1; DROP TABLE users",
    "SELECT 1; SELECT 2",
    "COMMIT; DROP TABLE users",
    "/* SELECT */ DELETE FROM users",
    "EXPLAIN DELETE FROM users",
    "VACUUM",
    "ATTACH 'evil.db' AS evil",
    "VACUUM INTO '{folder}/evil.db'",
    "PRAGMA journal_mode = delete",
    "SELECT load_extension('x')",
    "SELECT * INTO evil FROM alembic_version",
    "WITH gone AS (DELETE FROM users RETURNING *) SELECT * FROM gone",
    "SELECT * FROM alembic_version FOR UPDATE",
    "COPY users TO '{folder}/evil.db'",
    "COPY users TO PROGRAM 'touch {folder}/evil.db'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_export(1, '{folder}/evil.db')",
    "SELECT query_to_xml('SELECT * FROM users', true, true, '')",
    "SELECT set_config('transaction_read_only', 'off', true)",
    "SELECT pg_terminate_backend(1)",
    "SELECT pg_catalog.pg_sleep(0)",
    "DO $$ BEGIN DELETE FROM users; END $$",
    "BEGIN READ WRITE",
    "SET ROLE postgres",
    "SELECT * FROM pg_catalog.pg_authid",
    "SELECT * FROM pg_stat_activity",
    "TABLE users",
    "",
    "-- nothing",
    "SELECT 1 FROM nowhere",
    "nonsense",
    "SELECT 'a\x00b' FROM x",
    "SELECT " + "(" * 9000 + "1" + ")" * 9000,
]


def test_nothing_is_changed_whatever_it_says(ask, our_house, tmp_path):
    """Each is a bad request that repeats the query, and leaves all as it was."""
    before = contents(our_house)
    queries = [query.replace("{folder}", str(tmp_path)) for query in HOSTILE]

    answers = {query: ask(query) for query in queries}

    assert [q for q, a in answers.items() if a.status_code != 400] == []
    assert {a.json["success"] for a in answers.values()} == {False}
    for query, answer in answers.items():
        if query:
            assert answer.json["data"] == {"query": query, "status": "failed"}
    assert contents(our_house) == before
    assert not Path(tmp_path, "evil.db").exists()


SECRETS = [
    "SELECT password_hash FROM users",
    "SELECT * FROM users",
    "SELECT u FROM users AS u",
    "SELECT count(*) FROM users WHERE password_hash LIKE 'scrypt%'",
    "SELECT 1 FROM alembic_version WHERE EXISTS (SELECT password_hash FROM users)",
    "SELECT max(password_hash) FROM (SELECT * FROM users) AS x",
    'SELECT "PASSWORD_HASH" FROM "users"',
    "WITH p AS (SELECT * FROM users) SELECT * FROM p",
    "WITH users AS (SELECT 1 AS n) SELECT password_hash FROM main.users",
    "SELECT * FROM (WITH users AS (SELECT 1) SELECT 1) AS x, users",
    "SELECT password_sealed FROM connections_connection",
    'SELECT * FROM U&"\\0075sers"',
]


@pytest.mark.parametrize("role", ["admin", "viewer"])
def test_secrets_stay_hidden_from_everybody(ask, role):
    """Hashes and sealed values are refused to admins too, however they are asked."""
    answers = {query: ask(query, role) for query in SECRETS}

    assert [q for q, a in answers.items() if a.status_code != 400] == []
    assert [q for q, a in answers.items() if HASH in a.text] == []


@pytest.mark.parametrize(
    "query", ["SELECT email FROM users", "SELECT count(*) FROM users"]
)
def test_people_are_for_admins(ask, kind, query):
    """A viewer reads open tables; on PostgreSQL a table with secrets is closed."""
    assert ask(query, "viewer").status_code == 400
    assert ask(query).status_code == (200 if kind == "sqlite" else 400)
    assert ask("SELECT version_num FROM alembic_version", "viewer").status_code == 200


JOINS = [
    "FULL JOIN users USING (password_hash)",
    "FULL JOIN users /**/ uSiNg(password_hash)",
    "NATURAL FULL JOIN users",
    'JOIN "users" USING ("password_hash")',
]


@pytest.mark.parametrize("role", ["admin", "viewer"])
@pytest.mark.parametrize("join", JOINS)
def test_no_join_shows_what_is_hidden(ask, role, join):
    """SQLite does not ask its authorizer about columns that USING and NATURAL name."""
    query = f"SELECT password_hash FROM (SELECT '{HASH}' AS password_hash) AS x {join}"
    answer = ask(query, role)

    assert answer.status_code == 400, answer.json
    assert "not allowed here" in answer.json["detail"]


def test_every_secret_column_is_known():
    """A column of any model that is named like a secret is hidden from all."""
    import_models()
    words = ("password", "secret", "sealed", "token", "key_hash", "hmac")
    columns = [
        (table.name, column.name)
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if any(word in column.name for word in words) and "_at" not in column.name
    ]

    assert ("users", "password_hash") in columns
    assert [c for c in columns if not is_secret(*c)] == []
    assert [t for t in OPEN_TABLES if t in ("users", "configurations", "jobs")] == []
    assert is_hidden("sqlite_stat4", "sample", is_admin=True)


SLOW = {
    "sqlite": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) "
    "SELECT count(*) FROM r",
    "postgresql": "SELECT pg_sleep(30)",
}


def test_the_time_limit_is_real(ask, kind, our_house):
    """After its second a query is ended, and nothing of it is left behind."""
    answer = ask(SLOW[kind], timeout=1)

    assert (answer.status_code, answer.json["code"]) == (504, "query-too-slow")
    assert answer.json["data"]["status"] == "failed"
    assert our_house.store.pool_counts().checked_out == 0
    if kind == "postgresql":
        with our_house.store.read_session() as session:
            asleep = text(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE query LIKE 'SELECT PG_SLEEP%'"
            )
            assert session.scalar(asleep) == 0


@pytest.mark.parametrize(
    "body",
    [
        {"timeout": 0.5},
        {"timeout": 61},
        {"timeout": "5"},
        {"query": 7},
        {"query": "SELECT 1 --" + "x" * 20_000},
        [],
    ],
    ids=str,
)
def test_wrong_fields_are_named(admin, body):
    """A time out of range and a text too long are refused before anything runs."""
    assert admin.post(URL, json=body).status_code == 400


def test_every_query_is_told(ask, heard):
    """The record has the query's hash and beginning, and how many rows it gave."""
    ask("SELECT 1 AS n")

    (event,) = [e for e in heard if type(e).__name__ == "DatabaseTested"]
    assert (event.sql, event.rows, event.audited) == ("SELECT 1 AS n", 1, True)
    assert len(event.sql_sha256) == 64


@pytest.mark.parametrize("query", ["SELECT nothing", "SELECT password_hash FROM users"])
def test_a_query_that_fails_is_told_as_well(ask, heard, query):
    """Whoever feels their way along the wall leaves a record."""
    assert ask(query).status_code == 400

    (event,) = [e for e in heard if type(e).__name__ == "DatabaseTested"]
    assert (event.sql, event.rows, event.outcome) == (query, 0, "failed")


def test_it_does_not_take_from_the_pool(ask, our_house):
    """It has a connection of its own, which is closed after."""
    before = our_house.store.pool_counts()
    ask("SELECT 1")

    assert our_house.store.pool_counts() == before
