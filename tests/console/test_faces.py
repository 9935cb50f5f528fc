"""Plans, layouts, files and commands: what else the console does with a statement."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from entrepot.cli import entrepot
from entrepot.console import spools
from entrepot.console.sweeping import delete_old_runs, sweep_results


@pytest.fixture
def command(shop, house):
    """A function that runs `entrepot query …` and returns what it printed."""

    def command(*arguments, **more):
        done = CliRunner().invoke(entrepot, ["query", *arguments], obj=house, **more)
        assert done.exit_code == 0, done.output
        return done.stdout

    return command


def test_a_plan_has_steps(ask):
    """What the database does, as a tree."""
    status, answer = ask("explain", query="SELECT * FROM item WHERE id = ?", params=[1])

    (step,) = answer["data"]["steps"]
    assert status == 200
    assert (step["what"], answer["data"]["has_run"]) == ("SEARCH", False)
    assert "item" in step["detail"]


def test_a_statement_is_laid_out_by_its_dialect(ask):
    """The answer is the text."""
    _, answer = ask("format", query="select 1 where [a;b] = 2")

    assert answer["data"]["query"] == "SELECT 1\nWHERE [a;b] = 2"


def test_the_outline_has_what_completion_needs(shop):
    """Schemas, tables, columns with types, keys; unchanged, it is not sent again."""
    answer = shop.get("/api/sql/outline?connection=shop")

    again = shop.get(
        "/api/sql/outline", headers={"If-None-Match": answer.headers["ETag"]}
    )

    assert again.status_code == 304
    assert answer.json["data"] == {
        "connection": "shop",
        "dialect": "sqlite",
        "schemas": [
            {
                "name": "main",
                "tables": [
                    {
                        "name": "item",
                        "type": "table",
                        "columns": [["id", "INTEGER"], ["name", "TEXT"]],
                        "keys": ["id"],
                        "foreign_keys": [],
                    }
                ],
            }
        ],
    }


@pytest.fixture
def result(ask):
    """The address of a small result with NULL, '', `|` and mixed types."""
    sql = "SELECT 1 AS n, 'a|b' AS t UNION ALL SELECT 'x', NULL UNION ALL SELECT 2, ''"
    return ask("execute", query=sql)[1]["data"]["result"]["url"]


@pytest.mark.parametrize(
    ("format", "body"),
    [
        ("csv", b'n,t\r\n1,a|b\r\nx,\r\n2,""\r\n'),
        ("tsv", b'n\tt\r\n1\ta|b\r\nx\t\r\n2\t""\r\n'),
        ("markdown", b"| n | t |\n| --- | --- |\n| 1 | a\\|b |\n| x |  |\n| 2 |  |\n"),
    ],
)
def test_a_result_is_a_file(shop, result, format, body):
    """Of any kind, as the rows were."""
    answer = shop.get(f"{result}/file?format={format}")

    assert (answer.status_code, answer.data) == (200, body)


def test_a_result_is_an_export(shop, result):
    """With a receipt of its own, as any other."""
    answer = shop.post(f"{result}/export", json={"format": "ndjson", "title": "Mine"})

    made = answer.json["data"]
    assert made["status"] == "completed"
    file = shop.get(made["download_url"]).data
    assert [json.loads(line)["t"] for line in file.splitlines()] == ["a|b", None, ""]
    assert made["file_name"].startswith("Mine")


def test_the_command_runs_a_statement(command):
    """As a table, as JSON, as Markdown; values by name, the text from anywhere."""
    sql = "SELECT :n + 1 AS x, NULL AS y"

    assert command("run", sql, "--param", "n=2") == "x\ty\n3\t\n"
    assert json.loads(command("run", "--json", input="SELECT 5 AS a")) == [{"a": 5}]
    assert command("run", "SELECT ? AS x", "--param", "z", "--markdown") == (
        "| x |\n| --- |\n| z |\n"
    )
    assert command("run", "SELECT char(27, 7, 133) AS x", "--markdown") == (
        "| x |\n| --- |\n| ��� |\n"
    )


def test_the_command_lists_and_stops(command):
    """What ran is in the history; what ended stays ended."""
    command("run", "SELECT 42")

    (run,) = json.loads(command("history", "--q", "42", "--json"))
    (stopped,) = json.loads(command("stop", run["query_id"], "--json"))

    assert json.loads(command("running", "--json")) == []
    assert stopped["state"] == "completed"
    assert command("format", "select 1") == "SELECT 1\n"
    assert "SCAN" in command("explain", "SELECT name FROM item")


def test_old_rows_and_runs_go(shop, house, result, monkeypatch):
    """Files past their time are removed, and runs older than the days given."""
    (file,) = spools.folder(house).glob("*.arrow")
    assert (sweep_results(house), delete_old_runs(house, 1)) == (0, 0)

    import os

    os.utime(file, (0, 0))

    assert (sweep_results(house), delete_old_runs(house, 0, is_dry=True)) == (1, 1)
    assert shop.get(result).status_code == 410
    assert delete_old_runs(house, 0) == 1
    assert shop.get(result).status_code == 404
