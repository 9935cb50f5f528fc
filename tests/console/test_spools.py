"""Kept rows: any part of them, whatever their types, no more than allowed."""

from __future__ import annotations

import pyarrow as pa
import pytest

from entrepot.base.identity import Identity
from entrepot.composition import build_house
from entrepot.console import limits, service
from entrepot.console.answers import rows_json
from entrepot.console.errors import ResultGone
from entrepot.console.ordering import ordered_slices
from entrepot.console.spec import ColumnHead, Wanted
from entrepot.console.spools import SpoolWriter, open_spool, remove


@pytest.fixture
def path(tmp_path):
    """A spool of five batches, in which the type changes twice."""
    path = tmp_path / "results" / "run.arrow"
    writer = SpoolWriter(path)
    for values in (["b", "a"], [2, 1, None], [3], ["c"], pa.array(["d"]).dictionary_encode()):  # fmt: skip  # noqa: E501
        writer.write(pa.record_batch([pa.array(values)], ["x"]))
    assert writer.finish() == path.stat().st_size
    return path


ALL = ["b", "a", 2, 1, None, 3, "c", "d"]


def values(batches):
    """Return the column's values."""
    return [value for batch in batches for value in batch.column(0).to_pylist()]


def test_any_part_is_read(path):
    """From every place, as many rows as wanted or there are."""
    with open_spool(path) as spool:
        for offset in range(10):
            for limit in range(10):
                assert values(spool.slices(offset, limit)) == ALL[offset:][:limit]
        assert (spool.rows, spool.is_uniform) == (8, False)


def test_mixed_values_have_an_order(path):
    """Numbers before texts; NULL comes last both ways."""
    heads = [ColumnHead(name="x", type="")]

    with open_spool(path) as spool:
        up = ordered_slices(spool, path, heads, "x", 0, 9)
        down = ordered_slices(spool, path, heads, "x desc", 1, 3)
        again = ordered_slices(spool, path, heads, "x", 6, 9)

    assert values(up) == [1, 2, 3, "a", "b", "c", "d", None]
    assert values(down) == ["c", "b", "a"]
    assert values(again) == ["d", None]


def test_what_was_removed_is_gone(path):
    """With all that stood beside it."""
    with open_spool(path):
        pass

    remove(path)

    assert list(path.parent.iterdir()) == []
    with pytest.raises(ResultGone), open_spool(path):
        pass


def test_numbers_leave_as_they_are_and_huge_ones_as_texts():
    """NaN is null; what a double cannot hold is a text."""
    batch = pa.record_batch(
        {
            "i": pa.array([1, None]),
            "big": pa.array([2**53, 2**53 + 1]),
            "f": pa.array([1.5, float("nan")]),
        }
    )

    assert rows_json([batch], ["i", "big", "f"], "arrays") == (
        b'[[1,9007199254740992,1.5],[null,"9007199254740993",null]]'
    )


@pytest.mark.parametrize(
    ("role", "asked", "answer", "kept"),
    [
        ("viewer", None, 1_000, 100_000),
        ("viewer", 10**9, 1_000, 100_000),
        ("analyst", 10**9, 10_000, 1_000_000),
        ("admin", 20, 20, 20),
    ],
)
def test_rows_are_limited_by_role(house, role, asked, answer, kept):
    """An answer to a screen, kept ones to an export."""
    who, wanted = Identity(name="x", role=role), Wanted(sql="", max_rows=asked)

    assert limits.most_rows(house, who, wanted, is_answer=True) == answer
    assert limits.most_rows(house, who, wanted, is_answer=False) == kept


@pytest.mark.usefixtures("shop")
def test_a_run_keeps_only_so_many_bytes(environ, anna):
    """The rest is cut, and a warning says so."""
    house = build_house({**environ, "ENTREPOT_CONSOLE_RESULT_BYTES": "1000000"})
    sql = "SELECT hex(zeroblob(500)) AS x FROM item LIMIT {}"

    cut = service.execute(house, anna, Wanted(sql=sql.format(3_000), max_rows=10_000))
    whole = service.execute(house, anna, Wanted(sql=sql.format(900), max_rows=10_000))

    house.close()
    assert (cut.is_truncated, cut.warnings) == (
        True,
        (
            f"cut behind {cut.rows} rows: more would take over 1 MB, as "
            "ENTREPOT_CONSOLE_RESULT_BYTES says",
        ),
    )
    assert 900 < cut.rows < 1_000
    assert (whole.rows, whole.is_truncated, whole.warnings) == (900, False, ())
