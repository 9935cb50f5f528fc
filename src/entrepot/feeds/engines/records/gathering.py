"""Records into batches of one schema: the columns of the first of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from entrepot.base.errors import Invalid
from entrepot.feeds.engines.batches import Gathering
from entrepot.feeds.engines.bounds import MOST_COLUMNS
from entrepot.feeds.spec import LINE, RawBatch, RowError

Record = tuple[int, Mapping[str, str | None]] | RowError
"""Its number and its texts by column, or why it cannot be read."""

HEAD_RECORDS = 10_000
HEAD_CHARACTERS = 8 << 20


def batches_of(records: Iterable[Record]) -> Iterator[RawBatch]:
    """Yield batches with the columns that the first 10,000 records have.

    A column that only later ones have is left out, with a warning where it begins.

    Raises:
        Invalid: There is no record.
    """
    records = iter(records)
    head, names = _head(records)
    if not names and not head:
        raise Invalid("the file holds no records")
    gathering = Gathering([_own(name) for name in names])
    known = dict.fromkeys(names)
    warned: set[str] = set()
    for record in chain(head, records):
        if isinstance(record, RowError):
            gathering.errors.append(record)
        else:
            line, texts = record
            row = [texts.get(name) for name in names]
            gathering.add(line, row, sum(len(text) for text in row if text))
            if not texts.keys() <= known.keys():
                _warn(gathering, line, texts.keys() - known.keys() - warned)
                warned |= texts.keys() - known.keys()
        if gathering.is_full:
            yield gathering.take()
    yield gathering.take()


def _head(records: Iterator[Record]) -> tuple[list[Record], list[str]]:
    head: list[Record] = []
    names: dict[str, None] = {}
    characters = 0
    for record in records:
        head.append(record)
        if not isinstance(record, RowError):
            names.update(dict.fromkeys(record[1]))
            characters += sum(len(text) for text in record[1].values() if text)
        if len(head) >= HEAD_RECORDS or characters > HEAD_CHARACTERS:
            break
    return head, list(names)[:MOST_COLUMNS]


def _own(name: str) -> str:
    """Return a column's name; that of the column which counts is ours."""
    return f"{LINE}_2" if name == LINE else name or "value"


def _warn(gathering: Gathering, line: int, names: Iterable[str]) -> None:
    for name in sorted(names):
        gathering.warnings.append(
            RowError(
                line=line,
                column=name,
                value="",
                reason=f"appears only after {HEAD_RECORDS:,} records, and is left out",
                code="late-column",
                hint="put a record that has it first",
            )
        )
