"""Any list of operations over any rows, beside a plain model of lists."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

import msgspec
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.base.rows import RowStream
from entrepot.exports.operations import applied
from entrepot.exports.wanted import Operation

KINDS = {"n": pa.int64(), "t": pa.string(), "k": pa.int64()}
NAMES = list(KINDS)
NUMBERS = st.none() | st.integers(-3, 3) | st.sampled_from([2**53 + 1, -(2**63)])
ROWS = st.lists(
    st.fixed_dictionaries(
        {"n": NUMBERS, "t": st.none() | st.sampled_from("aAbé😀"), "k": NUMBERS}
    ),
    max_size=9,
)
ORDERS = st.sampled_from(["asc", "desc"])
FILTERS = st.fixed_dictionaries(
    {
        "type": st.just("filter"),
        "column": st.sampled_from(["n", "k"]),
        "operator": st.sampled_from(["eq", "ne", "lt", "ge"]),
        "value": st.integers(-3, 3) | st.just(2**53),
    }
)
SORTS = st.fixed_dictionaries(
    {
        "type": st.just("sort"),
        "by": st.lists(
            st.fixed_dictionaries({"column": st.sampled_from(NAMES), "order": ORDERS}),
            min_size=1,
            max_size=2,
        ),
    }
)
DEDUPES = st.fixed_dictionaries(
    {
        "type": st.just("dedupe"),
        "by": st.lists(st.sampled_from(NAMES), unique=True),
        "keep": st.sampled_from(["first", "last"]),
    }
)
STEPS = st.lists(FILTERS | SORTS | DEDUPES, max_size=4)


def run(rows, operations, joined=()):
    """Return the rows as the program makes them."""
    wanted = msgspec.convert(operations, list[Operation])
    schema = pa.schema(KINDS)

    def stream(these):
        cut = [these[at : at + 2] for at in range(0, len(these), 2)]
        batches = (pa.RecordBatch.from_pylist(part, schema) for part in cut)
        return RowStream(schema, batches, is_uniform=True)

    with (
        tempfile.TemporaryDirectory() as folder,
        applied(stream(rows), wanted, [*map(stream, joined)], Path(folder)) as made,
    ):
        return [row for batch in made.batches for row in batch.to_pylist()]


def model(rows, operation):
    """Return the rows as plain Python makes them."""
    match operation["type"]:
        case "filter":
            return [row for row in rows if holds(row[operation["column"]], operation)]
        case "sort":
            for by in reversed(operation["by"]):
                there = [row for row in rows if row[by["column"]] is not None]
                there.sort(
                    key=lambda row, by=by: place_of(row[by["column"]]),
                    reverse=by["order"] == "desc",
                )
                rows = [*there, *(row for row in rows if row[by["column"]] is None)]
            return rows
    names = operation["by"] or NAMES
    seen = {}
    for place, row in enumerate(rows):
        key = tuple(row[name] for name in names)
        if operation["keep"] == "last" or key not in seen:
            seen[key] = place
    return [row for place, row in enumerate(rows) if place in seen.values()]


def place_of(value):
    """Return what sorts like the value: text by its UTF-8."""
    return value.encode() if isinstance(value, str) else value


def holds(value, wanted):
    """Tell whether a filter keeps a row."""
    if value is None:
        return False
    other = wanted["value"]
    return {
        "eq": value == other,
        "ne": value != other,
        "lt": value < other,
        "ge": value >= other,
    }[wanted["operator"]]


@given(rows=ROWS, operations=STEPS)
@settings(max_examples=40)
def test_operations_do_what_lists_would(rows, operations):
    """Same rows, same order: sorts are stable, NULL is last, nothing is rounded."""
    expected = rows
    for operation in operations:
        expected = model(expected, operation)

    assert run(rows, operations) == expected


@given(rows=ROWS)
@settings(max_examples=20)
def test_groups_are_what_dictionaries_would_gather(rows):
    """Sorted, NULL last; sums exact beyond 64 bits."""
    groups = {}
    for row in rows:
        groups.setdefault(row["t"], []).append(row["n"])
    expected = [
        {"t": key, "count": len(values), "sum_n": total(values)}
        for key, values in sorted(
            groups.items(), key=lambda item: (item[0] is None, (item[0] or "").encode())
        )
    ]
    figures = [{"function": "count"}, {"function": "sum", "column": "n"}]

    assert (
        run(rows, [{"type": "group", "by": ["t"], "aggregates": figures}]) == expected
    )


def total(values):
    """Return the sum of what is there; None where nothing is."""
    there = [Fraction(value) for value in values if value is not None]
    return int(sum(there)) if there else None


@given(rows=ROWS, others=ROWS, how=st.sampled_from(["inner", "left", "full"]))
@settings(max_examples=30)
def test_joins_are_what_two_loops_would_find(rows, others, how):
    """Each row with its partners, in both orders; the others' leftovers at the end."""
    pairs = []
    for row in rows:
        partners = [o for o in others if o["n"] == row["n"] is not None]
        pairs += [(row, partner) for partner in partners]
        if not partners and how != "inner":
            pairs.append((row, {}))
    if how == "full":
        taken = [row["n"] for row in rows if row["n"] is not None]
        pairs += [({"n": o["n"]}, o) for o in others if o["n"] not in taken]
    expected = [[r.get("n"), r.get("t"), r.get("k"), o.get("t")] for r, o in pairs]
    join = {
        "type": "join",
        "source": {"table": "x"},
        "on": [{"left": "n", "right": "n"}],
        "how": how,
        "columns": ["t"],
    }

    assert [list(row.values()) for row in run(rows, [join], [others])] == expected
