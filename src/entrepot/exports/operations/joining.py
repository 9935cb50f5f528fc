"""The rows of another source beside those whose keys are equal."""

from __future__ import annotations

from dataclasses import replace

from entrepot.base.columns import unique_names
from entrepot.base.errors import Broken
from entrepot.exports.operations.state import Bench, Column, State, located
from entrepot.exports.wanted import Join


def join(bench: Bench, left: State, wanted: Join) -> State:
    """Return the rows with the columns of the next of the other sources.

    Ours keep their order, each with its partners in their order; those of the other
    source that have no partner come last. NULL equals nothing. The other's keys are
    not repeated, unless `columns` names them: a row without a partner here has its
    key from there.
    """
    right = next(bench.joined, None)
    if right is None:
        raise Broken("the other source of a join was not opened")
    pairs = [_pair(left, right, on.left, on.right, n) for n, on in enumerate(wanted.on)]
    meets = " AND ".join(_equal(one, other) for one, other in pairs)
    merged = _merged(bench, pairs) if wanted.how in ("right", "full") else {}
    extra = "".join(f", {sql} AS {c.key}" for c, sql in merged.values())
    mark = bench.key()  # NULL where the row is the other source's alone
    sql = (
        f"SELECT *{extra} FROM (SELECT *, true AS {mark} FROM ({left.sql})) AS l "
        f"{wanted.how.upper()} JOIN ({right.sql}) AS r ON {meets}"
    )
    ours = [merged[c.key][0] if c.key in merged else c for c in left.columns]
    theirs = _chosen(right, wanted, pairs)
    state = State(
        sql=sql,
        columns=(),
        order=(f"{mark} NULLS LAST", *left.order, *right.order),
        params=(*left.params, *right.params),
        is_in_order=False,
    )
    return state.with_columns([*ours, *_suffixed(ours, theirs, wanted.suffix)])


def _pair(
    left: State, right: State, one: str, other: str, place: int
) -> tuple[Column, Column]:
    with located(f"on[{place}].left"):
        here = left.column(one)
    with located(f"on[{place}].right"):
        return here, right.column(other)


def _equal(one: Column, other: Column) -> str:
    if one.kind == other.kind or (one.is_number and other.is_number):
        return f"{one.key} = {other.key}"
    if one.is_time and other.is_time and "TIME" not in (one.kind, other.kind):
        return f"{one.key} = {other.key}"
    return f"{one.text} = {other.text}"


def _merged(
    bench: Bench, pairs: list[tuple[Column, Column]]
) -> dict[str, tuple[Column, str]]:
    """Return by our key the column that has either side's."""
    made = {}
    for one, other in pairs:
        is_alike = one.kind == other.kind
        kind = one.kind if is_alike else "VARCHAR"
        sides = (one.key, other.key) if is_alike else (one.text, other.text)
        column = Column(name=one.name, key=bench.key(), kind=kind)
        made[one.key] = (column, f"coalesce({', '.join(sides)})")
    return made


def _chosen(
    right: State, wanted: Join, pairs: list[tuple[Column, Column]]
) -> list[Column]:
    with located("columns"):
        if wanted.columns:
            return [right.column(name) for name in wanted.columns]
    keys = {other.key for _, other in pairs}
    return [column for column in right.columns if column.key not in keys]


def _suffixed(ours: list[Column], theirs: list[Column], suffix: str) -> list[Column]:
    taken = {column.name for column in ours}
    names = [c.name + suffix if c.name in taken else c.name for c in theirs]
    unique = unique_names([*(c.name for c in ours), *names])[len(ours) :]
    return [replace(c, name=name) for c, name in zip(theirs, unique, strict=True)]
