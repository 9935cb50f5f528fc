"""The guide to saved queries, its requests and commands run as they stand there."""

from __future__ import annotations

import re
import shlex
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner
from tests.house.repository import ROOT

from entrepot.cli import entrepot
from entrepot.connections import add_connection

GUIDE = (ROOT / "docs" / "how-to" / "save-queries.md").read_text(encoding="utf-8")
SUPPLIERS = [
    ("Alsterwerk", "DE", "2019-05-01"),
    ("Durand", "FR", "2020-02-01"),
    ("Weserstahl", "DE", "2022-03-01"),
]


def blocks(language):
    """Return the texts of the guide's blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def demo(house, client, tmp_path, monkeypatch):
    """The client of a house whose connection `demo` has three suppliers."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "home" / "demo.db"
    with closing(sqlite3.connect(path)) as writer, writer:
        writer.execute("CREATE TABLE suppliers (name TEXT, country TEXT, since TEXT)")
        writer.executemany("INSERT INTO suppliers VALUES (?, ?, ?)", SUPPLIERS)
    add_connection(house, name="demo", url=f"sqlite:///{path}", by="test")
    return client


def test_every_request_of_the_guide_works(demo):
    """In their order; the answers are what the guide says."""
    answers = []
    for block in blocks("http"):
        line, _, body = block.partition("\n")
        method, address = line.split()
        answers.append(
            demo.open(address, method=method, data=body, content_type="text/json")
        )
    used = demo.get("/api/sql/queries/1/used-by").json["data"]

    assert [one.status_code for one in answers] == [201, 200, 200, 200, 200, 201, 201]
    assert answers[1].json["data"]["rows"] == [["Durand"]]
    assert [one.json["data"]["version"] for one in answers[2:5]] == [2, 3, 3]
    assert answers[4].json["data"]["is_shared"] is True
    assert [one["name"] for one in used["schedules"]] == ["suppliers-daily"]


def test_every_command_of_the_guide_works(demo, house, tmp_path):
    """In their order; the run has the rows, and the file is whole."""
    (block,) = blocks("sh")
    said = []
    for line in block.splitlines():
        _, *words = shlex.split(line)
        done = CliRunner().invoke(entrepot, words, obj=house, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        said.append(done.stdout)

    assert said[3] == "name\nWeserstahl\n"
    assert (tmp_path / "suppliers.csv").read_bytes() == b"name\r\nWeserstahl\r\n"
    assert demo.get("/api/sql/queries").json["data"] == []
