"""`entrepot query saved …`: saved queries at the terminal."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from entrepot.cli import entrepot
from entrepot.console.saved.keeping import save_query
from entrepot.console.saved.spec import QueryWanted

SQL = "SELECT id, name FROM item WHERE id <= :most ORDER BY id"


@pytest.fixture
def call(shop, house):
    """A function that runs `entrepot query saved …`; it gives what came of it."""

    def call(*arguments, **more):
        words = ["query", "saved", *arguments]
        return CliRunner().invoke(entrepot, words, obj=house, **more)

    return call


@pytest.fixture
def few(call):
    """A query that was saved by the command."""
    more = ("--parameter", "most:integer=2", "--tag", "daily", "-c", "shop")
    done = call("save", "Few", SQL, *more, "--json")
    assert done.exit_code == 0, done.output
    (seen,) = json.loads(done.stdout)
    return seen


def test_a_query_is_saved_listed_and_shown(call, few):
    """By name or id; another text is the next version."""
    again = call("save", "Few", input=f"{SQL} DESC", catch_exceptions=False)
    texts = [call("show", *what).stdout for what in (["Few"], [str(few["id"])])]
    first = call("show", "Few", "--version", "1").stdout

    assert (few["version"], few["parameters"][0]["default"]) == (1, 2)
    assert again.exit_code == 0
    assert texts == [f"{SQL} DESC\n"] * 2
    assert first == f"{SQL}\n"
    line = call("list", "--tag", "daily").stdout.splitlines()[1].split("\t")
    assert line[1:3] + line[4:8] == ["Few", "shop", "no", "2", "most:integer", "daily"]


def test_it_runs_with_typed_values(call, few, shop):
    """The run is the operator's, and the query knows of it."""
    usual = call("run", "Few").stdout
    given = call("run", "Few", "--param", "most=1", "--json").stdout
    wrong = call("run", "Few", "--param", "most=many")
    (run, *_) = shop.get("/api/sql/runs?everybody=1").json["data"]

    assert usual == "id\tname\n1\titem 1\n2\titem 2\n"
    assert json.loads(given) == [{"id": 1, "name": "item 1"}]
    assert str(wrong.exception) == "most: 'many' is not an integer"
    assert run["saved_query"] == few["id"]


def test_it_goes_into_a_file(call, few, tmp_path):
    """A whole one, or onto standard output."""
    path = tmp_path / "few.csv"
    done = call("export", "Few", "--format", "csv", "-o", str(path))
    shown = call("export", "Few", "--format", "csv", "--param", "most=1", "-o", "-")

    assert done.output.startswith(f"{path}: 2 rows (receipt ")
    assert path.read_bytes() == b"id,name\r\n1,item 1\r\n2,item 2\r\n"
    assert shown.stdout_bytes == b"id,name\r\n1,item 1\r\n"


def test_it_is_deleted_after_asking(call, few):
    """And stays where the answer is no."""
    kept = call("delete", "Few", input="n\n")
    still = call("show", "Few").exit_code
    gone = call("delete", "Few", "--yes")

    assert (kept.exit_code, still, gone.exit_code) == (1, 0, 0)
    assert call("show", "Few").exit_code == 1


def test_private_ones_of_others_are_meant_by_their_name(call, house, anna):
    """Else they are not there."""
    save_query(house, anna, QueryWanted(name="Hers", connection="shop", sql="SELECT 1"))

    assert call("show", "Hers").exit_code == 1
    assert call("show", "Hers", "--by", anna.name).stdout == "SELECT 1\n"
