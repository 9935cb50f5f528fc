"""Where a rare value may be: batches of lines that bear its mark, see `log.rows`."""

from __future__ import annotations

from collections.abc import Iterator

from entrepot.watch.lines.reading import Reading
from entrepot.watch.lines.span import ALL, Place, Span
from entrepot.watch.log.rows import value_mark
from entrepot.watch.search.tree import And, Node, Term
from entrepot.watch.search.values import bounds_of, is_any, is_pattern
from entrepot.watch.spec import Wanted

_TEXTS = ("actor", "ip_address", "error_type", "endpoint")
_KNOWS = "SELECT 1 FROM pragma_table_info('log_batches') WHERE name = 'marks'"
_FIRST = "SELECT min(first_id) FROM log_batches"


def marks_of(wanted: Wanted, tree: Node | None) -> tuple[bytes, ...]:
    """Return the marks that the batch of every wanted line has."""
    values: list[tuple[str, object]] = []
    if wanted.endpoint:
        values.append(("endpoint", wanted.endpoint))
    if wanted.user_id is not None:
        values.append(("user_id", wanted.user_id))
    if wanted.status.isdigit():
        values.append(("status_code", int(wanted.status)))
    nodes = tree.nodes if isinstance(tree, And) else (tree,)
    for one in nodes:
        if isinstance(one, Term) and one.name in _TEXTS and _is_value(one):
            values.append((one.name, one.value))
    return tuple(value_mark(name, value) for name, value in values)


def marked(reading: Reading, marks: tuple[bytes, ...], place: Place) -> list[Place]:
    """Return the parts of a place, newest first, in which such lines may be."""
    if not marks or not place.span or reading.row(_KNOWS) is None:
        return [place]
    return [place.cut(span) for span in _joined(reading, marks) if place.span.cut(span)]


def _joined(reading: Reading, marks: tuple[bytes, ...]) -> Iterator[Span]:
    """Yield spans of batches that follow each other, newest first."""
    names = {f"mark{n}": mark for n, mark in enumerate(marks)}
    bears = " AND ".join(f"instr(marks, :{name})" for name in names)
    rows = reading.rows(
        f"SELECT first_id, last_id FROM log_batches WHERE marks IS NULL OR {bears} "
        "ORDER BY first_id DESC",
        names,
    )
    span = None
    for first, last in rows:
        if span is not None and last + 1 < span.first:
            yield span
            span = None
        span = Span(first, last if span is None else span.last)
    if span is not None:
        yield span
    # Lines that were there before batches were kept.
    oldest = reading.row(_FIRST)
    if oldest is None or oldest[0] is None:
        yield ALL
    elif oldest[0] > 1:
        yield Span(ALL.first, oldest[0] - 1)


def _is_value(node: Term) -> bool:
    return not (is_any(node) or is_pattern(node) or bounds_of(node))
