"""`POST /api/sql/execute`: what it answers, and what it refuses."""

from __future__ import annotations

import pytest


def test_a_statement_gives_its_rows(ask):
    """Columns, rows as objects, counts: everything about a small answer."""
    status, answer = ask("execute", query="SELECT 1 AS x, 'a' AS y")

    data = answer["data"]
    id = data.pop("query_id")
    for varying in ("execution_ms", "timings", "started_at"):
        assert data.pop(varying)
    assert data.pop("result").pop("url") == f"/api/sql/results/{id}"
    assert status == 200
    assert data == {
        "connection": "shop",
        "query_type": "SELECT",
        "columns": [{"name": "x", "type": "int64"}, {"name": "y", "type": "string"}],
        "column_names": ["x", "y"],
        "rows": [{"x": 1, "y": "a"}],
        "row_count": 1,
        "column_count": 2,
        "truncated": False,
        "max_rows": 1000,
        "warnings": [],
        "rows_affected": None,
    }


def test_the_names_of_the_document_serve_as_well(shop):
    """`sql`, `instance_id`, `options` and the older address do the same."""
    asked = {
        "sql": "SELECT id FROM item ORDER BY id",
        "instance_id": "shop",
        "options": {"timeout": 5000, "maxRows": 2, "includeMetadata": False},
        "shape": "arrays",
    }

    data = shop.post("/api/execute-sql", json=asked).json["data"]

    assert data["rows"] == [[1], [2]]
    assert (data["truncated"], data["max_rows"], data["columns"]) == (True, 2, [])


@pytest.mark.parametrize(
    ("wanted", "rows", "truncated"), [(3_000, 3_000, False), (2_999, 2_999, True)]
)
def test_an_answer_tells_whether_there_are_more_rows(ask, wanted, rows, truncated):
    """Exactly as many as there are is not cut; one fewer is."""
    _, answer = ask("execute", query="SELECT id FROM item", max_rows=wanted)

    data = answer["data"]
    assert (data["row_count"], len(data["rows"])) == (rows, rows)
    assert data["truncated"] is truncated


def test_values_go_by_name_or_by_place(ask):
    """`:name` is a place outside of strings, comments and casts only."""
    sql = "SELECT id, ':n' AS t FROM item /* :n */ WHERE id IN (:n, :m, :n) -- :n"

    named = ask("execute", query=sql, params={"n": 7, "m": 9}, shape="arrays")[1]
    placed = ask("execute", query="SELECT ? + ?", params=[1, 2], shape="arrays")[1]

    assert named["data"]["rows"] == [[7, ":n"], [9, ":n"]]
    assert placed["data"]["rows"] == [[3]]


def test_the_same_name_twice_and_none_at_all_stay_apart(ask):
    """Columns get names of their own, so that objects lose none."""
    _, answer = ask("execute", query='SELECT 1 AS a, 2 AS a, 3 AS ""')

    (row,) = answer["data"]["rows"]
    assert list(row.values()) == [1, 2, 3]
    assert list(row) == answer["data"]["column_names"]


def test_null_is_not_an_empty_text(ask):
    """And integers that doubles cannot hold are texts."""
    sql = "SELECT NULL AS a, '' AS b, 9007199254740993 AS c, x'00ff' AS d"

    _, answer = ask("execute", query=sql, shape="arrays")

    assert answer["data"]["rows"] == [[None, "", "9007199254740993", "AP8="]]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "missing-sql"),
        (" -- nothing\n ; /* at all */", "missing-sql"),
        ("SELECT 1; SELECT 2", "several-statements"),
        ("SELECT '\0'", "invalid-sql"),
        ("SELECT 1 --" + "x" * 60_000, "query-too-long"),
    ],
)
def test_what_cannot_be_a_statement_is_told_so(ask, query, code):
    """400, with a code of its own."""
    status, answer = ask("execute", query=query)

    assert (status, answer["code"]) == (400, code)


def test_a_long_statement_runs(ask):
    """Just below 50,000 characters, in 60 kB of UTF-8."""
    text = "ä" * 20_000
    sql = f"SELECT length('{text}') AS n --".ljust(49_999, "x")

    status, answer = ask("execute", query=sql)

    assert (status, answer["data"]["rows"]) == (200, [{"n": 20_000}])


def test_ten_thousand_values_are_bound(ask):
    """As many places as values."""
    values = list(range(10_000))
    places = ",".join("?" * len(values))

    _, answer = ask(
        "execute", query=f"SELECT count(*) AS n FROM item WHERE id IN ({places})",
        params=values,
    )  # fmt: skip

    assert answer["data"]["rows"] == [{"n": 3_000}]


def test_a_write_is_denied_and_changes_nothing(ask):
    """403, and the rows are there."""
    assert ask("execute", query="SELECT 1")[0] == 200

    status, answer = ask("execute", query="DELETE FROM item")

    assert (status, answer["code"]) == (403, "denied")
    count = ask("execute", query="SELECT count(*) AS n FROM item")[1]
    assert count["data"]["rows"] == [{"n": 3_000}]


def test_an_error_has_its_place(ask):
    """Position, line and column of what the database did not understand."""
    status, answer = ask("execute", query="SELECT *\n  FORM item")

    assert status == 400
    assert [answer[k] for k in ("position", "line", "column")] == [12, 2, 3]


def test_a_statement_that_takes_too_long_is_ended(ask):
    """504, with the run's id."""
    sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n"  # noqa: E501  # one statement
    status, answer = ask("execute", query=sql, timeout=0.05)

    assert (status, answer["code"]) == (504, "timed-out")
    assert answer["query_id"]


def test_without_a_name_the_only_connection_is_meant(ask, house, tmp_path):
    """With two of them, it must be named."""
    from entrepot.connections import add_connection

    assert ask("execute", query="SELECT 1")[0] == 200
    add_connection(house, name="more", url=f"sqlite:///{tmp_path}/home/shop.db")

    status, answer = ask("execute", query="SELECT 1")

    assert (status, answer["known"]) == (400, ["more", "shop"])
    assert ask("execute", query="SELECT 1", connection="shop")[0] == 200
    assert ask("execute", query="SELECT 1", connection="shap")[0] == 404
