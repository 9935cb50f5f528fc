"""`entrepot exports …` about exports that a worker makes, and by requests."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner

from entrepot.base import errors
from entrepot.cli import entrepot
from entrepot.connections import add_connection
from entrepot.exports import list_receipts


@pytest.fixture
def call(house, tmp_path, monkeypatch):
    """Run `entrepot exports …` in an empty folder, with the connection `shop`."""
    path = house.home / "shop.db"
    with closing(sqlite3.connect(path)) as writer, writer:
        writer.execute("CREATE TABLE stock (id INTEGER PRIMARY KEY, name TEXT)")
        writer.executemany("INSERT INTO stock VALUES (?, ?)", [(1, "a"), (2, "b")])
    add_connection(house, name="shop", url=f"sqlite:///{path}")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def call(*arguments):
        arguments = ("exports", *map(str, arguments))
        return CliRunner().invoke(entrepot, arguments, obj=house)

    return call


def test_what_a_worker_is_to_make_is_told_and_ended(call, house):
    """It waits under its id until somebody cancels it."""
    said = call("run", "shop", "stock", "--format", "csv", "--background").stdout
    id = list_receipts(house)[0].id

    assert said == f"{id}: queued; `entrepot exports status {id}`\n"
    assert call("status", id).stdout == f"{id}: queued 0 %\n"
    cancelled = call("cancel", id).stdout
    assert cancelled.startswith(f"{id}: cancelled: Cancelled by ")


def test_a_request_from_a_file_is_a_file_here(call, tmp_path):
    """JSON or TOML, as the API takes it; operations and splits too."""
    request = tmp_path / "request.toml"
    request.write_text(
        'format = "csv"\ntitle = "second"\n'
        '[source]\nconnection = "shop"\ntable = "stock"\n'
        '[[operations]]\ntype = "filter"\ncolumn = "id"\nvalue = 2\n'
    )
    result = call("run", "--request", request)

    assert result.exit_code == 0, result.exception
    assert (tmp_path / "here" / "second.csv").read_bytes() == b"id,name\r\n2,b\r\n"


def test_a_template_shapes_the_rows(call, tmp_path):
    """A shipped one names the columns, and says what is not there."""
    result = call(
        "run", "shop", "stock", "--template", "ambassadors.standard",
        "--format", "csv", "-o", "a.csv",
    )  # fmt: skip

    assert result.exit_code == 0, result.exception
    lines = (tmp_path / "here" / "a.csv").read_text().splitlines()
    assert lines[0].startswith("ID,Ambassador Name,Email,Reference Code,")
    assert lines[1].startswith("1,a,")


def test_a_kept_file_is_copied_here_and_removed_there(call, house, tmp_path):
    """Until it is deleted; then it says so, and the receipt stays."""
    call("run", "shop", "stock", "--format", "csv", "-o", "-")
    id = list_receipts(house)[0].id
    copied = call("download", id)

    assert copied.exit_code == 0, copied.exception
    assert (tmp_path / "here" / "stock.csv").read_bytes().startswith(b"id,name\r\n1")
    assert isinstance(call("download", id).exception, errors.Conflict)
    assert call("download", id, "-o", "-").stdout_bytes.startswith(b"id,name")
    assert call("delete", id).stdout == f"{id}: expired 100 %, 2 rows\n"
    assert isinstance(call("download", id, "-o", "-").exception, errors.Expired)
    assert json.loads(call("status", id, "--json").stdout)["receipt"]["rows"] == 2


def test_a_file_that_is_no_request_is_refused(call, tmp_path):
    """It says which file, and what is wrong in it."""
    path = tmp_path / "x.json"
    path.write_text('{"source": {"tabel": "x"}}')
    result = call("run", "--request", path)

    assert isinstance(result.exception, errors.Invalid)
    assert "unknown field `tabel`" in str(result.exception)
