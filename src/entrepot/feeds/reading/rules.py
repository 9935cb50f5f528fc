"""Rules in their order: IF conditions THEN actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from entrepot.feeds.reading.actions import acted
from entrepot.feeds.reading.conditions import holding
from entrepot.feeds.reading.plan import Action, Rule, Stage
from entrepot.feeds.reading.values import Reading, convert_one
from entrepot.feeds.reading.work import Work

if TYPE_CHECKING:
    import pyarrow as pa


class Watch(Protocol):
    """Sees what each rule does; samples are made with it."""

    def matched(self, rule: int, mask: pa.Array) -> None:
        """Hear for which rows a rule holds."""

    def changed(
        self, rule: int, column: str, before: pa.Array, after: pa.Array, work: Work
    ) -> None:
        """Hear what one of its actions did."""

    def skipped(self, rule: int, mask: pa.Array, work: Work) -> None:
        """Hear which rows it leaves out."""


def apply_rules(
    rules: Iterable[tuple[int, Rule]],
    work: Work,
    stage: Stage,
    *,
    empty: Callable[[str], pa.Array],
    watch: Watch | None = None,
) -> None:
    """Let the rules of a stage change the rows.

    Args:
        rules: With their places in the plan.
        empty: Gives a column of NULLs of a field's type.

    Raises:
        Invalid: A rule cannot be applied to its column.
    """
    values = work.cells if stage == "file" else work.fields

    def column(name: str) -> pa.Array:
        return values[name] if name in values else empty(name)

    for place, rule in rules:
        if rule.stage == stage and rule.is_on:
            mask = holding(rule.conditions, column, work.rows)
            if watch is not None:
                watch.matched(place, mask)
            for action in rule.actions:
                _act(action, work, (place, stage, mask), column, watch)


def _act(
    action: Action,
    work: Work,
    of: tuple[int, Stage, pa.Array],
    column: Callable[[str], pa.Array],
    watch: Watch | None,
) -> None:
    place, stage, mask = of
    if action.kind == "skip":
        work.is_skipped |= mask.to_numpy(zero_copy_only=False)
        if watch is not None:
            watch.skipped(place, mask, work)
        return
    before = column(action.column)
    after = _changed(action, before, mask, stage)
    values = work.cells if stage == "file" else work.fields
    values[action.column] = after
    if watch is not None:
        watch.changed(place, action.column, before, after, work)


def _changed(
    action: Action, before: pa.Array, mask: pa.Array, stage: Stage
) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    def read(text: str) -> pa.Scalar:
        if stage == "file":
            return pa.scalar(text, pa.string())
        return convert_one(action.column, text, Reading())

    return pc.if_else(mask, acted(action, before, read), before)
