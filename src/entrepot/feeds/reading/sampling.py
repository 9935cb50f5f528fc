"""What a plan does to some rows of a file, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.base.errors import Invalid
from entrepot.feeds.reading.mapping import Categories, Mapper
from entrepot.feeds.reading.opening import open_rows
from entrepot.feeds.reading.plan import Plan
from entrepot.feeds.reading.planning import check_plan
from entrepot.feeds.reading.work import Work, true_rows
from entrepot.feeds.spec import LINE, MappedBatch, RawBatch, RowError

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A value before and after a rule; None for none."""

    line: int
    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSample:
    """What one rule does to the rows looked at.

    Attributes:
        rule: Its place in the plan, from 0.
        matched: For how many rows its conditions hold.
        skipped: The lines that it leaves out.
        error: Why it cannot be applied; empty where it can.
    """

    rule: int
    matched: int
    changes: tuple[Change, ...]
    skipped: tuple[int, ...]
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRow:
    """One row: what the file has, and the product it becomes.

    Attributes:
        cells: By column; None where the file has no such cell.
        values: By field, as text; empty where the row is in error or left out.
    """

    line: int
    cells: Mapping[str, str | None]
    values: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Some rows of a file, and what the plan makes of them."""

    columns: tuple[str, ...]
    fields: tuple[str, ...]
    rows: tuple[SampleRow, ...]
    rules: tuple[RuleSample, ...]
    errors: tuple[RowError, ...]
    warnings: tuple[RowError, ...]


def samples(
    path: Path, plan: Plan, *, rows: int = 20, categories: Categories | None = None
) -> Samples:
    """Return the first rows of a file before and after, at most 200.

    A rule that cannot be applied says why, and the others are shown without it.

    Raises:
        Invalid: It is no file of the plan's format, or the plan is not possible.
        TooMuch: It is larger than it may be, once unpacked.
    """
    faults = _rule_faults(plan)
    usable = replace(
        plan,
        rules=tuple(
            replace(rule, is_on=rule.is_on and place not in faults)
            for place, rule in enumerate(plan.rules)
        ),
    )
    check_plan(replace(usable, rules=()))
    notes = _Notes()
    with open_rows(path, usable) as batches:
        raw = _first(batches, min(rows, MOST_ROWS))
        columns = raw.rows.schema.names
        mapper = Mapper(usable, columns, categories=categories, watch=notes)
        mapped = mapper.map(raw)
    return Samples(
        columns=tuple(columns[1:]),
        fields=tuple(mapper.schema.names[1:]),
        rows=_rows(raw, mapped),
        rules=tuple(
            notes.sample(place, faults.get(place, ""))
            for place in range(len(plan.rules))
        ),
        errors=mapped.errors,
        warnings=mapped.warnings,
    )


def _rule_faults(plan: Plan) -> dict[int, str]:
    faults: dict[int, str] = {}
    for place, rule in enumerate(plan.rules):
        try:
            check_plan(replace(plan, rules=(rule,), mapping=(), defaults={}))
        except Invalid as error:
            faults[place] = error.detail.removeprefix("rule 1: ")
    return faults


def _first(batches: Iterator[RawBatch], rows: int) -> RawBatch:
    """Return the first rows as one batch, with the errors before and among them."""
    import pyarrow as pa

    parts: list[pa.RecordBatch] = []
    errors: list[RowError] = []
    warnings: list[RowError] = []
    found = 0
    for batch in batches:
        parts.append(batch.rows.slice(0, rows - found))
        found += parts[-1].num_rows
        errors += batch.errors
        warnings += batch.warnings
        if found >= rows:
            break
    whole = pa.concat_batches(parts)
    last = whole.column(0)[-1].as_py() if found >= rows and found else None
    kept = [error for error in errors if last is None or error.line <= last]
    return RawBatch(whole, tuple(kept), tuple(warnings))


def _rows(raw: RawBatch, mapped: MappedBatch) -> tuple[SampleRow, ...]:
    made = {row.pop(LINE): row for row in mapped.rows.to_pylist()}
    return tuple(
        SampleRow(
            line=line,
            cells=cells,
            values={name: _text(value) for name, value in made.get(line, {}).items()},
        )
        for cells in raw.rows.to_pylist()
        for line in [cells.pop(LINE)]
    )


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


@dataclass(slots=True)
class _Notes:
    """What rules did, as they did it."""

    _matched: dict[int, int] = field(default_factory=dict)
    _changes: dict[int, list[Change]] = field(default_factory=dict)
    _skipped: dict[int, list[int]] = field(default_factory=dict)

    def matched(self, rule: int, mask: pa.Array) -> None:
        self._matched[rule] = len(true_rows(mask))

    def changed(
        self, rule: int, column: str, before: pa.Array, after: pa.Array, work: Work
    ) -> None:
        olds, news = before.to_pylist(), after.to_pylist()
        for row, (old, new) in enumerate(zip(olds, news, strict=True)):
            if old != new:
                self._changes.setdefault(rule, []).append(
                    Change(
                        line=work.lines[row].as_py(),
                        column=column,
                        before=_text(old),
                        after=_text(new),
                    )
                )

    def skipped(self, rule: int, mask: pa.Array, work: Work) -> None:
        lines = [work.lines[row].as_py() for row in true_rows(mask)]
        self._skipped[rule] = lines

    def sample(self, rule: int, error: str) -> RuleSample:
        return RuleSample(
            rule=rule,
            matched=self._matched.get(rule, 0),
            changes=tuple(self._changes.get(rule, ())),
            skipped=tuple(self._skipped.get(rule, ())),
            error=error,
        )
