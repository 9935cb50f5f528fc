"""How much a statement may take, by the role of the one who asks."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.base.allowances import (
    MEMORY_BYTES,
    RESULT_BYTES,
    RUNS_COUNT,
    allowance,
)
from entrepot.base.errors import EntrepotError, Invalid, TooMuch
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.connections import screen_seconds
from entrepot.console import settings as knobs
from entrepot.console.spec import Wanted

USUAL_ROWS = 1_000
"""Of an answer, where nobody says how many."""

USUAL_KEPT_ROWS = 100_000
MOST_KEPT_ROWS = 1_000_000
"""Of a run whose rows are only kept, to be paged through."""

ANSWER_BYTES = 64_000_000
"""Of the rows of one answer, as they are kept; more is cut."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How much of something, and the variable of the setting that says so.

    Attributes:
        setting: Empty where none says so.
    """

    count: int
    setting: str


def most_rows(house: House, who: Identity, wanted: Wanted, *, is_answer: bool) -> int:
    """Return how many rows a run gives at the most.

    An answer holds no more than a screen of the role's; a run that is only kept, as
    many as an export of it.

    Raises:
        Invalid: They want fewer than one.
    """
    may = allowance(who.role, house.settings)
    most = may.screen_rows
    if not is_answer:
        most = min(may.export_rows or MOST_KEPT_ROWS, MOST_KEPT_ROWS)
    rows = wanted.max_rows
    if rows is None:
        rows = USUAL_ROWS if is_answer else USUAL_KEPT_ROWS
    if rows < 1:
        raise Invalid(f"max_rows is at least 1, not {rows}")
    return min(rows, most)


def most_seconds(house: House, who: Identity, wanted: Wanted, connection: str) -> float:
    """Return the time limit of a run on a connection.

    Raises:
        Invalid: They want none.
    """
    most = allowance(who.role, house.settings).read_seconds
    most = screen_seconds(house, connection, most)
    if wanted.seconds is None:
        return most
    if not wanted.seconds > 0:
        raise Invalid("the time limit is above 0")
    return min(wanted.seconds, most)


def most_bytes(house: House, who: Identity, *, is_answer: bool) -> Limit:
    """Return how many bytes the kept rows of a run have at the most."""
    role = RESULT_BYTES[who.role]
    found = [
        Limit(house.settings[setting], setting.variable)
        for setting in (role, knobs.RESULT_BYTES)
    ]
    if is_answer:
        found.append(Limit(ANSWER_BYTES, ""))
    return min(found, key=lambda limit: limit.count)


def most_memory(house: House, who: Identity) -> Limit:
    """Return what the database may take of memory for one statement of theirs."""
    may = allowance(who.role, house.settings)
    return Limit(may.memory_bytes, MEMORY_BYTES[who.role].variable)


def most_runs(house: House, who: Identity) -> Limit:
    """Return how many statements somebody may have running at the same time."""
    may = allowance(who.role, house.settings)
    return Limit(may.runs_count, RUNS_COUNT[who.role].variable)


def name_memory(error: EntrepotError, most: Limit) -> None:
    """Say of a statement that wanted too much memory how much it may have."""
    if isinstance(error, TooMuch) and not error.hint:
        error.hint = (
            f"one statement of yours may take {most.count // 1_000_000} MB of the "
            f"database's memory: {most.setting} says so"
        )
