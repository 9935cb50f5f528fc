"""The console does the same on every dialect: values, limits, errors, changes."""

from __future__ import annotations

import time

import pytest
from tests.console.dialect_places import ENDLESS, PLACES, new_place
from tests.databases import copy_schema
from tests.serving.servers import until

from entrepot.app import create_app
from entrepot.composition import build_house
from entrepot.connections import add_connection
from entrepot.console import service
from entrepot.console.spec import LIVE, Wanted

ODD = """SELECT id, '100% :x ? %s' AS text /* 5% :y ? 'it''s' */
  FROM item -- 7% :z ?
 WHERE id % 2 = {} AND name <> ':w' ORDER BY id"""


@pytest.fixture(scope="module", params=list(PLACES))
def place(request, tmp_path_factory):
    """A database of each dialect in turn, with the table `item`."""
    folder = tmp_path_factory.mktemp(request.param)
    with new_place(request.param, folder, request) as place:
        yield place


@pytest.fixture(scope="module")
def house(place, sqlite_template, tmp_path_factory):
    """A house that knows the database as `there`, and where admins may write."""
    folder = tmp_path_factory.mktemp("house")
    environ = {
        "ENTREPOT_HOME": str(folder / "home"),
        "CONFIG_DIR": str(folder / "config"),
        "LOG_DB_PATH": str(folder / "logs" / "app_logs.db"),
        "ENTREPOT_CONNECTIONS_ROOTS": str(tmp_path_factory.getbasetemp()),
        "ENTREPOT_CONSOLE_WRITE": "true",
    }
    house = build_house(environ)
    copy_schema(house, sqlite_template)
    add_connection(house, name="there", url=place.url, by="test")
    yield house
    house.close()


@pytest.fixture(scope="module")
def ask(house):
    """A function that posts to `/api/sql/…` and gives the answer's status and JSON."""
    client = create_app(house, is_open=True).test_client()

    def ask(path, **body):
        answer = client.post(f"/api/sql/{path}", json=body)
        return answer.status_code, answer.json

    return ask


def rows(ask, query, **body):
    """Return the rows of a statement."""
    status, answer = ask("execute", query=query, shape="arrays", **body)
    assert status == 200, answer
    return answer["data"]["rows"]


def test_values_of_every_kind_are_bound(place, ask):
    """By name and by place: whole and broken numbers, texts, days, truth, NULL."""
    sql = (
        "SELECT id FROM item WHERE id = {} AND name = {} AND price = {} AND made = {}"
        " AND id < {} AND {}"
    )
    named = dict.fromkeys("abcdef") | {
        "a": 1, "b": "ünï%", "c": 0.5, "d": "2024-02-29", "e": 10**9, "f": True
    }  # fmt: skip
    marks = [f":{name}" for name in named]

    assert rows(ask, sql.format(*marks), params=named) == [[1]]
    assert rows(ask, sql.format(*"??????"), params=[*named.values()]) == [[1]]
    empty = "SELECT id FROM item WHERE name = :t OR made IS NULL AND id = :n"
    assert rows(ask, empty, params={"t": "", "n": None}) == [[2]]


def test_values_are_read_as_they_were_bound(place, ask):
    """A place may be a column of its own, whatever stands in it."""
    values = {"n": 300, "t": "x' %s", "big": 2**40}
    sql = "SELECT :n * :n AS a, :t AS b, :big AS c FROM item WHERE id = 1"
    if place.dialect == "hana":  # which wants to be told what a place holds
        sql = sql.replace(":n", "CAST(:n AS INTEGER)")
        sql = sql.replace(":big", "CAST(:big AS BIGINT)")

    assert rows(ask, sql, params=values) == [[90_000, "x' %s", 2**40]]


@pytest.mark.parametrize(
    ("place_of_it", "params"), [(":one", {"one": 1}), ("?", [1]), ("1", [])]
)
def test_texts_and_comments_are_left_alone(place, ask, place_of_it, params):
    """No sign of a driver's means anything inside them, and `%` is division's rest."""
    found = rows(ask, ODD.format(place_of_it), params=params)

    assert found == [[1, "100% :x ? %s"]]


@pytest.mark.parametrize(
    ("sql", "params", "said"),
    [
        ("SELECT id FROM item WHERE id = :n", [], "there is no value for :n"),
        ("SELECT id FROM item WHERE id = ?", [1, 2], None),
        ("SELECT id FROM item WHERE id = ? OR id = ?", [1], None),
    ],
)
def test_values_are_as_many_as_places(place, ask, sql, params, said):
    """None is passed over, and none is made up."""
    status, answer = ask("execute", query=sql, params=params)

    assert (status, answer["code"]) == (400, "invalid")
    assert said in (None, answer["detail"])


def test_casts_are_no_places(place, ask):
    """Where the dialect has `::`."""
    if place.dialect in ("sqlite", "mariadb"):
        status, _ = ask("execute", query="SELECT 1::int")
        assert status == 400
    else:
        sql = "SELECT :n::integer AS n FROM item WHERE id = 1"
        assert rows(ask, sql, params={"n": 4}) == [[4]]


def test_rows_are_cut_where_it_was_wanted(place, ask):
    """And it is told exactly whether there were more."""
    sql = "SELECT id FROM item ORDER BY id"

    answers = [ask("execute", query=sql, shape="arrays", max_rows=n) for n in (2, 3)]
    answers = [answer["data"] for _, answer in answers]

    assert [a["rows"] for a in answers] == [[[1], [2]], [[1], [2], [3]]]
    assert [a["truncated"] for a in answers] == [True, False]


def test_a_statement_that_takes_too_long_is_gone(place, ask):
    """504; the server does not run it any more, and the next statement works."""
    status, answer = ask("execute", query=ENDLESS, timeout=0.3)

    assert (status, answer["code"]) == (504, "timed-out")
    await_gone(place)
    assert rows(ask, "SELECT count(*) FROM item") == [[3]]


def test_a_stopped_statement_is_gone_soon(place, house, anna):
    """From the server's own list, too; within two seconds on a quiet machine."""
    begun = service.start_run(house, anna, Wanted(sql=ENDLESS))
    until(lambda: place.running is None or place.running())

    stopped_at = time.monotonic()
    service.stop_run(house, anna, begun.query_id)
    until(lambda: service.get_run(house, anna, begun.query_id).state not in LIVE)
    await_gone(place)

    assert time.monotonic() - stopped_at < 10
    assert service.get_run(house, anna, begun.query_id).state == "stopped"


def await_gone(place):
    """Wait until the server runs no endless statement; a file has no server."""
    until(lambda: place.running is None or not place.running())


@pytest.mark.parametrize(
    ("sql", "place_of_it", "known"),
    [
        ("SELECT id,\n  :a AS a\nFORM item", (3, 1), None),
        ("SELECT :a AS a,\n  x.id FROM itme x", (2, 13), "item"),
        ("SELECT id, :a AS a,\n  nme FROM item", (2, 3), "name"),
    ],
)
def test_an_error_has_its_place_and_the_name_that_was_meant(
    place, ask, sql, place_of_it, known
):
    """Counted in what was written, though `:a` is written otherwise for the driver."""
    status, answer = ask("execute", query=sql, params={"a": 1})

    assert (status, answer["code"]) == (400, "invalid")
    assert (answer["line"], answer["column"]) == place_of_it
    hint = known and f"did you mean {place.item_case(known)!r}?"
    assert answer.get("hint") == hint


def test_a_write_is_denied(place, ask):
    """403, and the rows are there."""
    status, answer = ask(
        "execute", query="DELETE FROM item WHERE id = :n", params={"n": 1}
    )

    assert (status, answer["code"]) == (403, "denied")
    assert rows(ask, "SELECT count(*) FROM item") == [[3]]


def test_a_plan_has_one_shape(place, ask):
    """Steps that name the table, with values bound; an error in it has its place."""
    sql = "SELECT name FROM item WHERE id = :n"

    status, answer = ask("explain", query=sql, params={"n": 1})
    refused = ask("explain", query=f"{sql}\nFORM item", params={"n": 1})

    plan = answer["data"]
    [step] = leaves(plan["steps"])
    assert status == 200
    assert set(step) == {"what", "detail", "rows", "cost", "seconds", "children"}
    assert place.item in step["detail"]
    assert (plan["has_run"], bool(plan["text"])) == (False, True)
    assert (refused[0], refused[1]["line"], refused[1]["column"]) == (400, 2, 1)


def leaves(steps):
    """Return the steps without children."""
    return [leaf for step in steps for leaf in (leaves(step["children"]) or [step])]


def test_a_script_runs_until_its_first_error(place, ask):
    """Each statement says what became of it; the place is the script's."""
    script = (
        "SELECT ';' AS a FROM item WHERE id = 1; -- one;\nSELECT id FORM item; SELECT 2"
    )

    status, answer = ask("batch", script=script, shape="arrays")

    first, second, third = answer["data"]
    assert status == 200
    assert (first["state"], first["answer"]["rows"]) == ("completed", [[";"]])
    assert (second["state"], third["state"]) == ("failed", "skipped")
    assert (second["error"]["line"], second["error"]["column"]) == (2, 16)


def test_a_change_is_previewed_then_made(place, ask):
    """The preview tells table and rows, and leaves none; its token makes the change."""
    asked = {
        "query": "UPDATE item SET name = :n WHERE id > :i AND '%' = '%'",
        "params": {"n": "50%", "i": 1},
    }
    before = place.door("SELECT id, name FROM item ORDER BY id")

    _, told = ask("preview", **asked)
    undone = place.door("SELECT id, name FROM item ORDER BY id")
    _, done = ask("execute", **asked, allow_write=True, token=told["data"]["token"])
    after = place.door("SELECT id, name FROM item ORDER BY id")
    place.door("UPDATE item SET name = '' WHERE id = 2")
    place.door("UPDATE item SET name = NULL WHERE id = 3")

    names = ("statement", "table", "rows", "commits_by_itself", "warnings")
    assert [told["data"][name] for name in names] == [
        "UPDATE", f"{place.schema}.{place.item}", 2, False, []
    ]  # fmt: skip
    assert [tuple(row) for row in undone] == [tuple(row) for row in before]
    assert done["data"]["rows_affected"] == 2
    assert [tuple(row) for row in after] == [(1, "ünï%"), (2, "50%"), (3, "50%")]


def test_definitions_are_named_where_they_commit_by_themselves(place, ask):
    """On MariaDB and HANA; elsewhere they are tried and undone as well."""
    status, told = ask("preview", query="DROP TABLE item")

    data = told["data"]
    assert (status, data["statement"], data["rows"]) == (200, "DROP TABLE", None)
    assert data["commits_by_itself"] is (place.dialect in ("mariadb", "hana"))
    assert data["table"].rpartition(".")[2].lower() == "item"
    assert [tuple(row) for row in place.door("SELECT count(*) FROM item")] == [(3,)]
