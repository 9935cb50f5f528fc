"""Pictures, icons and ready feeds at the terminal."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.catalogue.images.conftest import picture

from entrepot.catalogue import create_product
from entrepot.catalogue.cli import group
from entrepot.composition import load_kinds


@pytest.fixture
def run(house):
    """A function that runs a command and gives what it prints."""
    load_kinds()
    with house.store.session() as session:
        create_product(session, {"sku": "A", "name": "Ant", "price": 1}, by="tests")

    def once(*words: str) -> str:
        ended = CliRunner().invoke(group, words, obj=house)
        assert ended.exception is None, ended.exception
        return ended.output

    return once


def test_pictures_are_sent_added_and_listed(run, tmp_path):
    """Those that wait are counted."""
    file = tmp_path / "crane.png"
    file.write_bytes(picture())

    run("images", "send", "1", str(file), "--alt-text", "A crane")
    run("images", "add", "1", "http://pictures.example/b.png")

    found = json.loads(run("images", "list", "1", "--json"))
    assert [(one["state"], one["alt_text"]) for one in found] == [
        ("kept", "A crane"),
        ("pending", ""),
    ]
    assert "crane.png" in run("images", "list", "1")
    states = json.loads(run("images", "states", "--json"))
    assert states == {"pending": 1, "kept": 1, "failed": 0}
    assert json.loads(run("images", "failed", "--json")) == []
    assert "0 pictures wait" in run("images", "retry")


def test_icons_are_made_and_listed(run):
    """One at once, the others by a job."""
    made = json.loads(run("icons", "generate", "1", "--style", "flat", "--json"))
    assert (made["symbol"], made["style"]) == ("paperclip", "flat")

    assert "3 icons will be made" in run("icons", "batch", "--color", "#0f766e")
    lacking = json.loads(run("icons", "list", "--lacking", "--json"))
    assert [one["name"] for one in lacking] == ["Technology", "Furniture", "Stationery"]
    assert "paperclip" in run("icons", "list")


def test_feeds_are_written_and_told_of(run, tmp_path):
    """Also to a file of one's own."""
    copy = tmp_path / "out.json"

    assert "not yet" in run("feeds", "list")
    assert "1 products, 0 left out" in run(
        "feeds", "write", "products.json", "--to", str(copy)
    )

    assert json.loads(copy.read_text())["products"][0]["sku"] == "A"
    assert "not yet" in run("feeds", "list")
    run("feeds", "write", "google.xml")
    assert run("feeds", "lacking", "google.xml").count("\n") >= 1
