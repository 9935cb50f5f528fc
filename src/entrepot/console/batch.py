"""Several statements, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.connections import get_target
from entrepot.console.errors import MissingSql
from entrepot.console.preparing import find_connection
from entrepot.console.running import Outcome
from entrepot.console.service import execute
from entrepot.console.spec import Wanted
from entrepot.console.statements import split

MOST_STATEMENTS = 100
MOST_CHARACTERS = 1_000_000
"""Of a script."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What became of one statement of several.

    Attributes:
        start: Its place in the script, from 0.
        outcome, error: One of them; neither where an earlier one failed.
    """

    wanted: Wanted
    start: int
    outcome: Outcome | None = None
    error: EntrepotError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A statement that is to run, and its place in the script, from 0."""

    wanted: Wanted
    start: int = 0


def split_script(house: House, script: Wanted) -> list[Planned]:
    """Return the statements of a script as the connection's dialect splits it.

    Raises:
        NotThere: There is no such connection.
        Invalid: There is no statement, or too many.
    """
    if len(script.sql) > MOST_CHARACTERS:
        raise Invalid(f"the script has more than {MOST_CHARACTERS:,} characters")
    name = find_connection(house, script.connection)
    parts = split(script.sql, get_target(house, name).dialect)
    return [
        Planned(wanted=replace(script, sql=part.sql, connection=name), start=part.start)
        for part in parts
    ]


def run_batch(
    house: House,
    who: Identity,
    planned: Sequence[Planned],
    *,
    continue_on_error: bool = False,
    has_room: Callable[[], bool] = lambda: True,
) -> Iterator[Step]:
    """Run statements one after the other; yield what became of each.

    Args:
        has_room: Asked before each whether its rows have a place; if not, it does
            not run, nor those after it.

    Raises:
        Invalid: There is none, or too many.
    """
    if not planned:
        raise MissingSql("there is no statement", hint="send `queries` or a `script`")
    if len(planned) > MOST_STATEMENTS:
        raise Invalid(
            f"these are {len(planned)} statements, more than {MOST_STATEMENTS}"
        )
    goes_on = True
    for one in planned:
        goes_on = goes_on and has_room()
        step = Step(wanted=one.wanted, start=one.start)
        if goes_on:
            step = _run(house, who, step)
            goes_on = step.error is None or continue_on_error
        yield step


def _run(house: House, who: Identity, step: Step) -> Step:
    try:
        return replace(step, outcome=execute(house, who, step.wanted))
    except EntrepotError as error:
        return replace(step, error=error)
