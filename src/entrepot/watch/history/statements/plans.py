"""How a database would run a slow statement, as text without values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.base.rows import ReadOptions
from entrepot.base.store import Store
from entrepot.connections import PlanStep, open_database
from entrepot.watch.history.statements.own_plans import own_steps
from entrepot.watch.history.statements.shapes import without_values
from entrepot.watch.history.statements.tally import ToExplain

EXPLAIN_SECONDS = 2.0
MOST_LINES, LINE_CHARACTERS = 100, 300


def explain(house: House, slow: ToExplain) -> str | None:
    """Return the plan, a step a line, or None where the database gives none in time.

    Nothing runs but the planner, behind the wall.
    """
    try:
        plan = open_database(house, slow.connection).explain(
            slow.statement, ReadOptions(seconds=EXPLAIN_SECONDS)
        )
    except EntrepotError:
        return None
    return _text(plan.steps, slow.dialect)


def explain_own(store: Store, slow: ToExplain) -> str | None:
    """Return the plan of a statement on our own database, or None."""
    return _text(own_steps(store, slow.statement.sql), slow.dialect)


def _text(steps: Sequence[PlanStep], dialect: str) -> str | None:
    lines = list(_lines(steps, dialect, 0))
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], "…"]
    return "\n".join(lines) or None


def _lines(steps: Sequence[PlanStep], dialect: str, depth: int) -> Iterator[str]:
    for step in steps:
        told = [step.what]
        if step.detail:
            told.append(without_values(step.detail, dialect))
        if step.rows is not None:
            told.append(f"about {step.rows:,.0f} rows")
        if step.cost is not None:
            told.append(f"cost {step.cost:,.1f}")
        line = ", ".join(" ".join(part.split()) for part in told)
        yield "  " * depth + line[:LINE_CHARACTERS]
        yield from _lines(step.children, dialect, depth + 1)
