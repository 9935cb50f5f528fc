"""`entrepot exports …`, with a terminal that is none."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from click.testing import CliRunner

from entrepot.base import errors
from entrepot.cli import EXIT, entrepot
from entrepot.connections import add_connection
from entrepot.exports import list_receipts
from entrepot.exports.progress import shown_progress

LINES = "n,name\n" + "".join(f"{n},row {n}\n" for n in range(25))


@pytest.fixture
def depot(house, tmp_path, monkeypatch):
    """Run `entrepot exports …` in an empty folder, with the connection `depot`."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    add_connection(house, name="depot", url="drill://here/x", test=False)

    def call(*arguments):
        arguments = ("exports", *map(str, arguments))
        return CliRunner().invoke(entrepot, arguments, obj=house)

    return call


def test_a_table_becomes_a_file_here(depot, tmp_path):
    """Without more words the file is in this folder, under the table's name."""
    result = depot("run", "depot", "stock", "--format", "toy")

    assert result.exit_code == 0
    assert (tmp_path / "here" / "stock.toy").read_text() == LINES
    assert result.stdout.startswith(
        f"{tmp_path}/here/stock.toy: 25 rows, 237 bytes in "
    )


def test_a_file_of_that_name_is_not_replaced_unasked(depot, tmp_path):
    """Only `--output` replaces a file."""
    file = tmp_path / "here" / "stock.toy"
    file.write_text("mine")
    refused = depot("run", "depot", "stock", "--format", "toy")

    assert isinstance(refused.exception, errors.Conflict)
    assert file.read_text() == "mine"
    assert depot("run", "depot", "stock", "-o", "stock.toy").exit_code == 0
    assert file.read_text() == LINES


def test_a_select_goes_to_standard_output(depot):
    """`--output -` pours the bytes and says nothing else there."""
    sql = json.dumps({"rows": 3})
    result = depot(
        "run", "depot", "--sql", sql, "--format", "toy", "--output", "-",
        "--option", "separator=;",
    )  # fmt: skip

    assert result.stdout == "n;name\n0;row 0\n1;row 1\n2;row 2\n"


def test_json_says_path_and_receipt(depot, house, tmp_path):
    """`--json` gives a program what it needs to go on."""
    result = depot("run", "depot", "stock", "-o", "x.toy", "--json")
    document = json.loads(result.stdout)

    assert document["path"] == str(tmp_path / "here" / "x.toy")
    assert document["receipt"]["id"] == list_receipts(house)[0].id
    assert (document["receipt"]["rows"], document["receipt"]["status"]) == (
        25,
        "completed",
    )


def test_a_table_is_cut_sorted_and_chosen_from(depot, house, tmp_path):
    """Columns, conditions, order and limit hold; nothing else is in the file."""
    path = house.home / "shop.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("create table stock (id integer primary key, a, b text)")
        rows = [(n, n % 3, f"b{n}") for n in range(9)]
        connection.executemany("insert into stock values (?, ?, ?)", rows)
    add_connection(house, name="shop", url=f"sqlite:///{path}")
    result = depot(
        "run", "shop", "stock", "-o", "-", "--columns", "b,a", "--where", "a:ge:1",
        "--where", "id:lt:8", "--order-by", "a desc,id desc", "--limit", 3,
    )  # fmt: skip

    assert result.stdout_bytes == b"b,a\r\nb5,2\r\nb2,2\r\nb7,1\r\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "depot"], "name a table, or give a SELECT by --sql"),
        (["run", "depot", "t", "--sql", "x"], "name a table, or give a SELECT"),
        (["run", "depot", "t", "-o", "-", "--json"], "both want standard output"),
        (["run", "depot", "t", "--option", "x"], "--option is name=value, not 'x'"),
        (["run", "depot", "t", "--limit", "-1"], "-1 is not in the range x>=0"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(depot, arguments, said):
    """Wrong words end with 2 and leave nothing."""
    result = depot(*arguments)

    assert result.exit_code == 2
    assert said in result.stderr


def test_an_export_that_breaks_leaves_no_file(depot, house, tmp_path):
    """The error is ours, the folder stays empty, the receipt says failed."""
    sql = json.dumps({"rows": 5000, "at": 3000, "act": "refuse"})
    result = depot("run", "depot", "--sql", sql, "-o", "x.toy")

    assert isinstance(result.exception, errors.UnknownName)
    assert list((tmp_path / "here").iterdir()) == []
    assert list_receipts(house)[0].status == "failed"


def test_receipts_are_listed_and_shown(depot, house):
    """One line each; all of one by its id; both as JSON."""
    depot("run", "depot", "stock", "--format", "toy")
    receipt = list_receipts(house)[0]
    listed = depot("list").stdout.splitlines()
    shown = depot("show", receipt.id).stdout

    assert listed[0] == "id\tstatus\tfile\trows\tbytes\tstarted\tby"
    assert listed[1].startswith(f"{receipt.id}\tcompleted\tstock.toy\t25\t237\t")
    assert f"sha256      {receipt.sha256}\n" in shown
    assert json.loads(depot("list", "--json").stdout)[0]["id"] == receipt.id
    assert json.loads(depot("show", receipt.id, "--json").stdout)["rows"] == 25
    assert isinstance(depot("show", "nope").exception, errors.NotThere)


def test_formats_are_listed_with_their_options(depot):
    """What may be chosen is said where people look."""
    text = depot("formats").stdout

    assert "toy        Lines of text.\n" in text
    assert "             separator=,  Between values. [, | ;]\n" in text
    names = [f["name"] for f in json.loads(depot("formats", "--json").stdout)]
    assert {"toy", "uniform"} <= set(names)


def test_a_file_is_verified_by_its_hash(depot, house, tmp_path):
    """An unchanged file is recognised wherever it lies; a changed one is not."""
    depot("run", "depot", "stock", "--format", "toy")
    file = (tmp_path / "here" / "stock.toy").rename(tmp_path / "other")
    result = depot("verify", file)

    assert result.exit_code == 0
    assert f"{file}: unchanged. 25 rows of stock as toy, exported " in result.stdout
    verified = json.loads(depot("verify", file, "--json").stdout)
    assert verified["receipt"]["id"] == list_receipts(house)[0].id
    file.write_text(LINES.replace("row 7", "row 8"))
    changed = depot("verify", file).exception
    assert (changed.code(), EXIT[errors.kind_of(changed)]) == ("unknown-file", 4)
    assert isinstance(depot("verify", tmp_path / "no").exception, errors.Missing)


def test_a_file_is_verified_by_a_receipt_from_elsewhere(depot, house, tmp_path):
    """A receipt as JSON stands for the house that made it."""
    depot("run", "depot", "stock", "--format", "toy")
    receipt, file = tmp_path / "receipt.json", tmp_path / "here" / "stock.toy"
    receipt.write_text(depot("show", list_receipts(house)[0].id, "--json").stdout)
    assert depot("verify", file, "--receipt", receipt).exit_code == 0

    file.write_text("changed")
    changed = depot("verify", file, "--receipt", receipt).exception
    assert (changed.code(), EXIT[errors.kind_of(changed)]) == ("file-differs", 5)
    receipt.write_text("{}")
    wrong = depot("verify", file, "--receipt", receipt).exception
    assert isinstance(wrong, errors.Invalid)


class Terminal:
    """A stream that says whether it is a terminal."""

    encoding = "utf-8"

    def __init__(self, is_terminal):
        self.text = ""
        self.isatty = lambda: is_terminal

    def write(self, text):
        """Keep what is written."""
        self.text += text

    def flush(self):
        """Nothing is held back."""


def test_a_terminal_gets_a_bar(monkeypatch):
    """Rows, rows a second and the time left, on one line."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    stream = Terminal(True)
    with shown_progress("stock", 1000, stream) as tell:
        tell(500)

    assert "500 rows" in stream.text
    assert "rows/s" in stream.text
    assert "ETA" in stream.text


def test_a_log_gets_lines():
    """Elsewhere there is a line now and then, and none for what is done at once."""
    times = iter([0.0, 1.0, 5.0, 6.0, 10.0])
    stream = Terminal(False)
    with shown_progress("stock", 10_000, stream, lambda: next(times)) as tell:
        for rows in (100, 2000, 2500, 5000):
            tell(rows)

    assert stream.text == (
        "stock: 2,000 of about 10,000 rows, 400 rows/s\n"
        "stock: 5,000 of about 10,000 rows, 500 rows/s\n"
    )


@pytest.mark.parametrize("deadly", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_command_leaves_nothing(depot, house, tmp_path, deadly):
    """Ctrl-C and a polite kill: no file, nothing beside it, a cancelled receipt."""
    sql = json.dumps({"rows": 60_000, "at": 59_000, "act": "hang"})
    house.store.close()
    command = [sys.executable, "-m", "entrepot", "exports", "run", "depot"]
    environ = os.environ | {
        "ENTREPOT_HOME": str(house.home),
        "LOG_DB_PATH": str(tmp_path / "log.db"),
        "PYTHONSAFEPATH": "1",
    }
    with subprocess.Popen(
        [*command, "--sql", sql, "-o", "x.toy"],
        env=environ,
        cwd=tmp_path / "here",
        stderr=subprocess.DEVNULL,
    ) as process:
        wait_until(lambda: any((tmp_path / "here").iterdir()))
        process.send_signal(deadly)
        code = process.wait(30)

    # Where it came while Python ran a text as code, as dataclasses do, Python ends
    # as if nobody had caught it: `unhandled_keyboard_interrupt` in its pythonrun.c.
    assert code in (1, -signal.SIGINT)
    assert list((tmp_path / "here").iterdir()) == []
    assert list_receipts(house)[0].status == "cancelled"


def wait_until(is_so):
    """Wait until something is so, 60 seconds at the most."""
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)
