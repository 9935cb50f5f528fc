"""Small requests that would take long, or much: texts, versions, values, orders."""

from __future__ import annotations

import time

import pyarrow as pa
import pytest

from entrepot.base.errors import Denied, EntrepotError, Invalid, InvalidValue
from entrepot.connections import Target
from entrepot.connections.dialects.hana.gate import check_reading
from entrepot.console.binding import Bound
from entrepot.console.copies import markdown
from entrepot.console.failing import told
from entrepot.console.formatting import format_sql
from entrepot.console.lexing import tokens
from entrepot.console.ordering import ordered_slices
from entrepot.console.saved.diffs import DiffLine, diff
from entrepot.console.saved.parameters import typed
from entrepot.console.saved.spec import Parameter, VersionSeen
from entrepot.console.spec import ColumnHead
from entrepot.console.spools import SpoolWriter, open_spool

BUSY_SECONDS = 8.0
"""Of this thread: what is meant takes less than a tenth; without a bound, minutes."""


@pytest.fixture
def soon():
    """Fail where the test has kept the processor busy for long."""
    began = time.thread_time()
    yield
    assert time.thread_time() - began < BUSY_SECONDS


def version(sql):
    """Return a version of a saved query."""
    return VersionSeen(
        version=1, sql=sql, parameters=[], tables=[], note="", created_by="",
        created_at=None,
    )  # fmt: skip


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("dialect", ["mariadb", "postgresql"])
def test_a_text_without_an_end_is_read_once(dialect):
    r"""Not from each of its quotes again: `'\'\'\…` ends with a backslash."""
    script = "e'\\" + "'\\" * 25_000

    found = list(tokens(script, dialect))

    assert "".join(script[t.start : t.end] for t in found) == script


@pytest.mark.usefixtures("soon")
def test_versions_of_many_equal_lines_are_compared():
    """As far as that is quickly told; else one stands whole behind the other."""
    few = diff(version("a\nb\nc"), version("a\nx\nc\nd"))
    many = diff(version("x\n" * 25_000), version("x\ny\n" * 12_500))

    assert [f"{line.sign}{line.text}" for line in few.lines] == [
        " a", "-b", "+x", " c", "+d",
    ]  # fmt: skip
    assert many.lines[:2] == [
        DiffLine(sign=" ", text="x"),
        DiffLine(sign="-", text="x"),
    ]
    assert len([line for line in many.lines if line.sign != "+"]) == 25_000
    assert len([line for line in many.lines if line.sign != "-"]) == 25_000


def test_a_decimal_is_no_longer_than_it_was_written():
    """`1e999999999` would be a gigabyte of noughts."""
    price = Parameter(name="price", type="decimal")

    assert typed(price, "1.5e3") == "1500"
    for value in ("1e999999999", "1e-999999999", "0e-999999999", 1e300 * 10):
        with pytest.raises(InvalidValue, match="is not a decimal"):
            typed(price, value if isinstance(value, str) else f"{value}e5000")


@pytest.mark.usefixtures("soon")
def test_a_statement_laid_out_is_not_much_longer():
    """However deep its brackets are."""
    assert format_sql("select (select 1)", "sqlite").count("\n") == 2

    assert len(format_sql("(select" * 7_000, "sqlite")) < 1_000_000
    assert len(format_sql("a," * 25_000, "sqlite")) < 100_000


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    "words", ["column a of relation ", "Table with name ", "invalid table name:"]
)
def test_a_long_message_is_not_searched_for_names_for_ever(house, words):
    """It may repeat a text of the statement."""
    said = told(
        house,
        Invalid(words * 2_500),
        sql="SELECT 1",
        bound=Bound("SELECT 1", []),
        target=Target(name="shop", dialect="sqlite", url="sqlite:///x"),
    )

    assert isinstance(said, EntrepotError)


def test_a_result_has_few_orders_on_disk(tmp_path):
    """Each column has two, and takes as much again; the last ones asked for stay."""
    path = tmp_path / "run.arrow"
    writer = SpoolWriter(path)
    names = [f"c{n}" for n in range(9)]
    writer.write(pa.record_batch([pa.array([2, 1])] * 9, names))
    writer.finish()
    heads = [ColumnHead(name=name, type="") for name in names]

    with open_spool(path) as spool:
        for name in names:
            first, _ = ordered_slices(spool, path, heads, name, 0, 2)
            assert first.column(0).to_pylist() == [1]

    assert len(list(tmp_path.glob("*.order"))) == 4
    assert list(tmp_path.glob("*.part")) == []


def test_no_line_end_ends_a_row_of_a_table_in_markdown():
    """Not a carriage return either; nor does a cell begin HTML."""
    assert markdown(["<a>"], [["x\r\ny\rz\nw|\\"]]) == (
        "| \\<a> |\n| --- |\n| x<br>y<br>z<br>w\\|\\\\ |\n"
    )


@pytest.mark.usefixtures("soon")
def test_open_comments_before_hana_are_looked_through_once():
    """`WITH /* /* /* …`; a comment that is closed hides no change behind it."""
    check_reading("WITH a AS (SELECT 1 FROM dummy) /* /* x */ SELECT * FROM a")

    with pytest.raises(Invalid, match="a comment has no end"):
        check_reading("WITH " + "/* " * 16_000)
    for open_comment in ("WITH a AS (SELECT 1) SELECT 1 /*/", "WITH x /*"):
        with pytest.raises(Invalid, match="a comment has no end"):
            check_reading(open_comment)
    with pytest.raises(Denied):
        check_reading("WITH a AS (SELECT 1 FROM dummy) /* x */ DELETE FROM t")
