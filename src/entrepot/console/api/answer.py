"""What is answered of a run that is over: its rows, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import msgspec

from entrepot.console.answers import Shape, rows_json
from entrepot.console.running import Outcome
from entrepot.console.seen import ADDRESS
from entrepot.console.spec import ColumnHead, Timings

Rows = Sequence[dict[str, object] | list[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRows:
    """Where the rows can be paged through, and how long.

    Attributes:
        rows: How many there are.
    """

    url: str
    rows: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The rows of a statement.

    Attributes:
        columns: Empty if `includeMetadata` is off.
        rows: As objects, or as arrays in the columns' order. NULL is null; decimals,
            and integers beyond ±2^53, are texts.
        truncated: There are more rows than `max_rows`.
        rows_affected: Of a statement that wrote.
    """

    query_id: str
    connection: str
    query_type: str
    columns: list[ColumnHead]
    column_names: list[str]
    rows: Rows
    row_count: int
    column_count: int
    truncated: bool
    max_rows: int
    execution_ms: float
    timings: Timings
    warnings: Sequence[str]
    started_at: datetime
    result: KeptRows | None = None
    rows_affected: int | None = None


def answer_of(outcome: Outcome, shape: Shape, *, with_types: bool = True) -> Answer:
    """Return what is answered of a run that ended well."""
    ready, ended = outcome.ready, outcome.ended
    names = [head.name for head in outcome.heads]
    assert ended.expires_at is not None, "a run that ended well keeps its rows"
    return Answer(
        query_id=ready.id,
        connection=ready.target.name,
        query_type=ready.query_type,
        columns=outcome.heads if with_types else [],
        column_names=names,
        rows=raw_rows(rows_json(outcome.batches, names, shape)),
        row_count=outcome.rows,
        column_count=len(names),
        truncated=outcome.is_truncated,
        max_rows=ready.max_rows,
        execution_ms=round(outcome.seconds * 1000, 3),
        timings=outcome.timings,
        warnings=outcome.warnings,
        started_at=ready.started_at,
        result=KeptRows(
            url=f"{ADDRESS}/results/{ready.id}",
            rows=outcome.rows,
            expires_at=ended.expires_at,
        ),
    )


def raw_rows(encoded: bytes) -> Rows:
    """Return JSON that is written already as the rows it stands for."""
    # The encoder copies it as it is.
    return cast("Rows", msgspec.Raw(encoded))
