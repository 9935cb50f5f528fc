"""The tree at the terminal."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from entrepot.cli import entrepot

FILE = "1 - Pets\n2 - Pets > Cats\n3 - A > > B\n"


@pytest.fixture
def call(house):
    """A function that runs `entrepot catalogue …`; it gives what came of it."""

    def run(*words, **more):
        return CliRunner().invoke(entrepot, ["catalogue", *words], obj=house, **more)

    return run


def data(done):
    """Return the JSON that a command printed."""
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_categories_are_made_moved_and_shown_by_path(call):
    """Ids do as well."""
    call("categories", "create", "Paper", "--below", "Office supplies")
    made = data(call("categories", "create", "A4", "--below", "5", "--json"))
    assert made["path"] == "Office Supplies > Paper > A4"
    call("categories", "rename", "Office Supplies > Paper", "Papers")
    moved = data(call("categories", "move", "5", "Technology", "--json"))

    assert moved["path"] == "Technology > Papers"
    tree = call("categories", "tree").stdout.splitlines()
    assert tree[1:4] == ["Technology (0)", "  Papers (0)", "    A4 (0)"]
    (line,) = data(call("categories", "list", "--q", "a4", "--json"))
    assert line["path"] == "Technology > Papers > A4"


def test_a_merge_is_asked_for_and_taken_back(call):
    """Without a yes nothing happens."""
    refused = call("categories", "merge", "Furniture", "Stationery", input="n\n")
    assert refused.exit_code == 1
    merged = call("categories", "merge", "Furniture", "Stationery", "--yes", "--json")
    again = call("categories", "undo-merge", data(merged)["id"], "--json")

    assert data(again)["path"] == "Furniture"


def test_what_is_not_there_is_told(call):
    """With the exit code of its kind."""
    assert call("categories", "show", "Furniture").exit_code == 0
    assert call("categories", "show", "None").exception.detail.endswith("named 'None'")
    assert call("categories", "move", "1").exception.detail == "say where it goes"


def test_a_tree_is_imported_and_mapped(call, tmp_path):
    """After a look; faults go to standard error."""
    file = tmp_path / "tree.txt"
    file.write_text(FILE)
    words = ("categories", "import", str(file), "--tree", "g", "--json")
    assert data(call(*words, "--preview"))["new"] == 2
    assert data(call("mappings", "trees", "--json")) == []
    assert data(call(*words))["new"] == 2

    again = call("categories", "import", str(file), "--tree", "g")
    assert "line 3: 3: level 2" in again.stderr
    assert data(call("mappings", "trees", "--json")) == [
        {"tree": "g", "categories": 2, "mapped": 2}
    ]
    call("mappings", "set", "g", "2", "--none")
    (one,) = data(call("mappings", "list", "g", "--state", "open", "--json"))
    assert one["suggestions"][0]["path"] == "Pets > Cats"
    assert call("mappings", "certain", "g").stdout == "1 mapped\n"
    assert call("mappings", "drop", "g", "--yes").stdout == "2 categories forgotten\n"


def test_a_category_is_deleted(call):
    """Only if nothing is in it or below it."""
    call("categories", "create", "Paper", "--below", "1")
    assert call("categories", "delete", "1", "--yes").exception is not None
    assert call("categories", "delete", "5", "--yes").exit_code == 0

    assert call("categories", "delete", "1", "--yes").exit_code == 0
