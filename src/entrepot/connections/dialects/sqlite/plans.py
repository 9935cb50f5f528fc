"""How SQLite would run a statement: EXPLAIN QUERY PLAN as steps."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from entrepot.connections.dialects.sqlite.errors import told
from entrepot.connections.dialects.sqlite.pool import Link
from entrepot.connections.dialects.sqlite.values import bindable
from entrepot.connections.spec import Plan, PlanStep, Statement

QUESTION = "EXPLAIN QUERY PLAN "

VERB = re.compile(
    r"(SCAN|SEARCH|MATERIALIZE|CO-ROUTINE|BLOOM FILTER ON) (.*)", re.DOTALL
)
"""Words behind which a name or a condition comes; other lines are words alone."""


def explain(link: Link, statement: Statement) -> Plan:
    """Return the plan of a statement that the wall lets through; it does not run.

    SQLite guesses no rows and no costs that it would tell.
    """
    link.check_time()
    params = bindable(statement.params)
    with told(link.name):
        link.guard.examine(statement.sql, params)
        lines = link.connection.execute(f"{QUESTION}{statement.sql}", params).fetchall()
    below: defaultdict[int, list[Any]] = defaultdict(list)
    for number, parent, _, line in lines:
        below[parent].append((number, line))
    return Plan(
        steps=_steps(below, 0),
        text="\n".join(_drawn(below, 0, "")),
    )


def _steps(below: defaultdict[int, list[Any]], parent: int) -> tuple[PlanStep, ...]:
    return tuple(
        _step(line, children=_steps(below, number)) for number, line in below[parent]
    )


def _step(line: str, *, children: tuple[PlanStep, ...]) -> PlanStep:
    found = VERB.fullmatch(line)
    what, detail = found.groups() if found else (line, "")
    return PlanStep(what=what, detail=detail, children=children)


def _drawn(below: defaultdict[int, list[Any]], parent: int, indent: str) -> list[str]:
    lines = []
    for number, line in below[parent]:
        lines += [f"{indent}{line}", *_drawn(below, number, f"{indent}  ")]
    return lines
