"""`entrepot exports templates …`, with a terminal that is none."""

from __future__ import annotations

import json
import sqlite3

import pytest
from click.testing import CliRunner

from entrepot.base import errors
from entrepot.cli import entrepot
from entrepot.connections import add_connection

TEXT = 'name = "stock"\n[[sheets]]\ncolumns = [{ field = "sku", header = "SKU" }]\n'


@pytest.fixture
def run(house, tmp_path, monkeypatch):
    """Run `entrepot exports templates …` in a folder with `stock.toml`."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "stock.toml").write_text(TEXT)

    def call(*arguments, **more):
        arguments = ("exports", "templates", *arguments)
        return CliRunner().invoke(entrepot, arguments, obj=house, **more)

    return call


def test_a_file_is_added_shown_updated_compared_and_removed(run):
    """The life of a template."""
    assert run("add", "stock.toml").output == "stock, version 1\n"
    assert run("show", "stock").output == TEXT
    assert isinstance(run("add", "stock.toml").exception, errors.Conflict)

    changed = run("add", "-", "--update", "--note", "n", input=f"{TEXT}# more\n")

    assert changed.output == "stock, version 2\n"
    assert [
        v["note"] for v in json.loads(run("versions", "stock", "--json").output)
    ] == [
        "n",
        "",
    ]
    assert "+# more" in run("diff", "stock", "1", "2").output.splitlines()
    assert run("show", "stock@1").output == TEXT
    assert run("remove", "stock").output == "stock is removed\n"
    assert isinstance(run("show", "stock").exception, errors.NotThere)


def test_a_wrong_file_is_told_line_by_line(run, tmp_path):
    """As compilers do, so that editors can jump there."""
    assert run("validate", "stock.toml").output == (
        "stock.toml: a template without mistakes\n"
    )
    wrong = TEXT.replace("header", "haeder").replace("name", "nmae")

    result = run("validate", "-", input=wrong)

    assert isinstance(result.exception, errors.Invalid)
    assert result.output == (
        "<stdin>:1:1: nmae: there is no 'nmae' here; did you mean 'name'?\n"
        "<stdin>:1:1: 'name' is missing here\n"
        "<stdin>:3:29: sheets[1].columns[1].haeder: "
        "there is no 'haeder' here; did you mean 'header'?\n"
    )


def test_the_list_names_those_that_ship(run):
    """With sheets and columns of each."""
    found = {line["name"]: line for line in json.loads(run("list", "--json").output)}

    assert len(found) == 11
    assert found["participants.complete"]["column_count"] == 39
    assert "participants.complete" in run("list").output


def test_a_shipped_template_is_copied_and_written_to_a_file(run, tmp_path):
    """To be changed; a file that is there stays."""
    run("copy", "payments.standard", "payments.ours")

    told = run("export", "payments.ours")
    again = run("export", "payments.ours")

    assert told.output == "payments.ours.toml: payments.ours, version 1\n"
    text = (tmp_path / "here" / "payments.ours.toml").read_text()
    assert text.startswith('name = "payments.ours"\n')
    assert isinstance(again.exception, errors.Conflict)


def test_a_preview_shows_a_table_through_a_file_or_a_name(run, house, tmp_path):
    """As text, or as JSON."""
    path = tmp_path / "here" / "depot.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE stock AS SELECT '007' AS sku, 1 AS qty")
    database.close()
    add_connection(house, name="depot", url=f"sqlite:///{path}")
    run("add", "stock.toml")

    by_file = run("preview", "stock.toml", "depot", "stock", "--json")
    by_name = run("preview", "stock", "depot", "--sql", "SELECT 'x' AS sku", "--json")

    (sheet,) = json.loads(by_file.output)["sheets"]
    assert (sheet["columns"][0]["name"], sheet["rows"]) == ("SKU", [["007"]])
    assert json.loads(by_name.output)["sheets"][0]["rows"] == [["x"]]
    assert run("preview", "stock", "depot", "stock").output.split() == [
        "stock", "SKU", "007",
    ]  # fmt: skip
