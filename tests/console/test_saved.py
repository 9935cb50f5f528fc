"""Saved queries: kept, changed without losing anything, run with typed values."""

from __future__ import annotations

import pytest
from sqlalchemy import text

SQL = "SELECT id, name FROM item WHERE id <= :most AND name <> :but ORDER BY id"
PARAMETERS = [
    {"name": "most", "type": "integer", "label": "At most", "default": 2},
    {"name": "but", "type": "text", "required": False, "default": ""},
]
QUERY = {
    "name": "Few items",
    "connection": "shop",
    "sql": SQL,
    "parameters": PARAMETERS,
    "tags": ["stock", "daily", "stock"],
    "note": "first",
}


@pytest.fixture
def saved(shop):
    """A saved query."""
    answer = shop.post("/api/sql/queries", json=QUERY)
    assert answer.status_code == 201, answer.json
    return answer.json["data"]


def address(saved, rest=""):
    """Return where a saved query is."""
    return f"/api/sql/queries/{saved['id']}{rest}"


def test_a_query_is_kept_with_what_it_reads(saved, shop):
    """Tags once each, parameters with everything that was said of them."""
    kept = shop.get(address(saved)).json["data"]

    assert kept == saved
    assert (kept["version"], kept["tags"], kept["tables"]) == (
        1,
        ["daily", "stock"],
        ["item"],
    )
    assert kept["parameters"][0] == {
        "name": "most",
        "type": "integer",
        "label": "At most",
        "default": 2,
        "choices": [],
        "required": True,
    }
    assert shop.get("/api/sql/queries?tag=daily&q=FEW").json["data"] == [kept]
    assert shop.get("/api/sql/queries?tag=weekly").json["data"] == []


def test_parameters_are_read_from_the_sql_where_none_are_said(shop):
    """Not from strings, comments and casts."""
    sql = "SELECT ':no', :a, :b, :a /* :c */ FROM item -- :d"
    said = {"name": "q", "connection": "shop", "sql": sql}

    made = shop.post("/api/sql/queries", json=said).json["data"]

    assert [(p["name"], p["type"]) for p in made["parameters"]] == [
        ("a", "text"),
        ("b", "text"),
    ]


def test_it_runs_with_typed_values(saved, shop):
    """Defaults where nothing is given; texts of a form become what they should be."""
    usual = shop.post(address(saved, "/run"), json={}).json["data"]
    given = {"params": {"most": "3", "but": "item 2"}, "shape": "arrays"}
    other = shop.post(address(saved, "/run"), json=given).json["data"]

    assert usual["rows"] == [{"id": 1, "name": "item 1"}, {"id": 2, "name": "item 2"}]
    assert other["rows"] == [[1, "item 1"], [3, "item 3"]]


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"most": "many"}, "most: 'many' is not an integer"),
        ({"most": 1.5}, "most: '1.5' is not an integer"),
        ({"most": "1; DROP TABLE item"}, "is not an integer"),
        ({"most": 2**63}, "is not an integer"),
        ({"moost": 1}, "there is no parameter named 'moost'"),
    ],
)
def test_a_wrong_value_is_refused_before_the_database_sees_it(
    saved, shop, params, said
):
    """With the parameter's name."""
    answer = shop.post(address(saved, "/run"), json={"params": params})

    assert answer.status_code == 400
    assert said in answer.json["detail"]
    assert shop.get("/api/sql/runs").json["data"] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"parameters": []}, "there is no parameter for :most"),
        (
            {"parameters": [*PARAMETERS, {"name": "more"}]},
            "the parameter more has no place in the SQL",
        ),
        (
            {"parameters": [PARAMETERS[0] | {"default": "x"}, PARAMETERS[1]]},
            "most: 'x' is not an integer",
        ),
        ({"sql": "SELECT 1; SELECT 2"}, "these are 2 statements"),
        ({"sql": "-- nothing"}, "there is no statement"),
        ({"sql": "SELECT 1 AS x" + " " * 60_000}, "characters, more than 50,000"),
        ({"name": "   "}, "a name has at least one character"),
        ({"name": "a\0b"}, "a text holds no NUL"),
        ({"description": "\0", "tags": ["\0"]}, "a text holds no NUL"),
    ],
)
def test_what_cannot_run_is_not_kept(saved, shop, change, said):
    """Neither new nor as a version."""
    for answer in (
        shop.post("/api/sql/queries", json=QUERY | {"name": "new"} | change),
        shop.patch(address(saved), json=change),
    ):
        assert answer.status_code == 400
        assert said in answer.json["detail"]

    assert shop.get(address(saved)).json["data"] == saved
    assert len(shop.get("/api/sql/queries").json["data"]) == 1


@pytest.mark.parametrize("name", ["über 'alles' \"hier\"", "🛒 orders", "a/b:c"])
def test_any_name_will_do_once(shop, name):
    """A second of the same name is a conflict."""
    made = shop.post("/api/sql/queries", json=QUERY | {"name": name})
    again = shop.post("/api/sql/queries", json=QUERY | {"name": f" {name} "})

    assert (made.status_code, made.json["data"]["name"]) == (201, name)
    assert (again.status_code, again.json["code"]) == (409, "query-name-taken")


def test_changes_are_versions_and_come_back(saved, shop):
    """The text and its parameters; names and tags are not."""
    tagged = shop.patch(address(saved), json={"tags": []}).json["data"]
    sql = "SELECT id\nFROM item\nWHERE id < :most"
    changed = shop.patch(address(saved), json={"sql": sql, "note": "fewer"}).json
    diff = shop.get(address(saved, "/diff")).json["data"]
    restored = shop.post(address(saved, "/restore"), json={"version": 1}).json["data"]
    versions = shop.get(address(saved, "/versions")).json["data"]

    assert (tagged["version"], tagged["tags"]) == (1, [])
    assert changed["data"]["version"] == 2
    assert [p["name"] for p in changed["data"]["parameters"]] == ["most"]
    assert changed["data"]["parameters"][0]["type"] == "integer"
    assert [line["sign"] for line in diff["lines"]] == ["-", "+", "+", "+"]
    assert diff["parameters"] == [
        {"sign": " ", "text": ":most integer (At most) = 2"},
        {"sign": "-", "text": ":but text =  may be empty"},
    ]
    assert (restored["version"], restored["sql"]) == (3, SQL)
    assert [(v["version"], v["note"]) for v in versions] == [
        (3, "version 1 again"),
        (2, "fewer"),
        (1, "first"),
    ]


def test_a_change_does_not_overwrite_anothers(saved, shop):
    """Whoever looked at an older version is told."""
    first = {"version": 1, "sql": "SELECT :most, :but"}
    second = {"version": 1, "sql": "SELECT :but, :most"}

    done = shop.patch(address(saved), json=first)
    late = shop.patch(address(saved), json=second)

    assert (done.status_code, late.status_code) == (200, 409)
    assert (late.json["code"], late.json["version"]) == ("query-newer", 2)
    assert shop.get(address(saved)).json["data"]["sql"] == first["sql"]


def test_a_file_is_made_of_all_rows(saved, shop):
    """With bound values, and without a screen."""
    asked = {"format": "csv", "params": {"most": 3_000}, "wait": True}

    made = shop.post(address(saved, "/export"), json=asked)
    sent = shop.get(made.json["data"]["download_url"])

    assert made.status_code == 200
    assert made.json["data"]["title"] == "Few items"
    assert len(sent.data.splitlines()) == 3_001


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"deliver_to": [""]}, "the file: Expected `str` of length >= 1"),
        ({"time_zone": "_"}, "there is no time zone '_'"),
        ({"cron": "\U000856be"}, "cron"),
    ],
)
def test_a_wrong_schedule_is_refused(saved, shop, change, said):
    """And nothing is scheduled."""
    asked = {"name": "s", "cron": "0 6 * * *", "format": "csv"}
    answer = shop.post(address(saved, "/schedule"), json=asked | change)

    assert (answer.status_code, said in answer.json["detail"]) == (400, True)
    assert shop.get("/api/exports/schedules").json["data"] == []


def test_a_schedule_of_it_is_told_of(saved, shop):
    """And so are its runs, and others that read the same table."""
    shop.post(address(saved, "/run"), json={})
    same = {"name": "All", "connection": "shop", "sql": "SELECT * FROM item"}
    shop.post("/api/sql/queries", json=same)
    times = {"name": "few-daily", "cron": "0 6 * * *", "format": "csv"}
    made = shop.post(address(saved, "/schedule"), json=times)

    used = shop.get(address(saved, "/used-by")).json["data"]

    assert made.status_code == 201
    assert made.json["data"]["origin"] == f"query:{saved['id']}"
    assert [one["name"] for one in used["schedules"]] == ["few-daily"]
    assert [run["saved_query"] for run in used["runs"]] == [saved["id"]]
    assert [one["name"] for one in used["also_read"]] == ["All"]


def test_a_schedule_with_another_request_is_no_longer_of_the_query(saved, shop):
    """What it says of where it comes from stays true; its words do not matter."""
    times = {"name": "few-daily", "cron": "0 6 * * *", "format": "csv"}
    shop.post(address(saved, "/schedule"), json=times)
    here = "/api/exports/schedules/few-daily"
    paused = shop.patch(here, json={"is_paused": True, "description": "ours"}).json
    other = {"source": {"connection": "shop", "table": "item"}}
    changed = shop.patch(here, json={"request": other})

    assert paused["data"]["origin"] == f"query:{saved['id']}"
    assert (changed.status_code, changed.json["data"]["origin"]) == (200, "")
    assert shop.get(address(saved, "/used-by")).json["data"]["schedules"] == []


@pytest.mark.parametrize("id", [2**31, 10**30])
def test_an_id_that_no_query_can_have_is_not_there(saved, shop, id):
    """Neither as an address, nor in a link, nor as a search."""
    for place in ("/api/sql/queries", "/console/queries"):
        assert shop.get(f"{place}/{id}").status_code == 404
    state = {"connection": "shop", "sql": "SELECT 1", "saved_query": 2**40 + id % 7}
    made = shop.post("/api/sql/links", json={"state": state}).json["data"]
    assert made["state"]["saved_query"] is None
    assert shop.get("/api/sql/queries?q=%00").status_code == 400


def test_a_removed_query_leaves_its_runs(saved, shop, house):
    """And none of its versions."""
    shop.post(address(saved, "/run"), json={})

    gone = shop.delete(address(saved))

    assert (gone.status_code, shop.get(address(saved)).status_code) == (204, 404)
    assert len(shop.get("/api/sql/runs").json["data"]) == 1
    with house.store.read_session() as session:
        count = session.scalar(text("SELECT count(*) FROM console_query_version"))
    assert count == 0


def test_a_later_query_is_not_taken_for_one_that_is_gone(saved, shop):
    """Its id is new, so the runs, links and schedules of the other are not its own."""
    shop.post(address(saved, "/run"), json={})
    times = {"name": "few-daily", "cron": "0 6 * * *", "format": "csv"}
    shop.post(address(saved, "/schedule"), json=times)
    shop.delete(address(saved))
    later = shop.post("/api/sql/queries", json=QUERY).json["data"]
    used = shop.get(address(later, "/used-by")).json["data"]

    assert later["id"] > saved["id"]
    assert used == {"schedules": [], "links": [], "runs": [], "also_read": []}


def test_a_query_of_a_connection_that_is_gone_says_so(saved, shop):
    """It is shown, and does not run."""
    shop.delete("/api/connections/shop")

    assert shop.get(address(saved)).status_code == 200
    answer = shop.post(address(saved, "/run"), json={})
    assert (answer.status_code, answer.json["detail"]) == (
        404,
        "there is no connection named 'shop'",
    )
