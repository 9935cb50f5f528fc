"""How DuckDB runs a statement: EXPLAIN's JSON as steps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import duckdb

from entrepot.base.errors import Denied, Invalid
from entrepot.base.positions import placed_behind
from entrepot.connections.dialects.duckdb.errors import turn
from entrepot.connections.dialects.duckdb.read import kind_of, listed, only_statement
from entrepot.connections.spec import Plan, PlanStep, Statement

ASK = "EXPLAIN (FORMAT json) "
ASK_AND_RUN = "EXPLAIN (ANALYZE, FORMAT json) "
GUESS = "Estimated Cardinality"
OURS = ("RESULT_COLLECTOR", "EXPLAIN_ANALYZE")
"""Steps that are there for the sake of the plan."""


def explain(
    cursor: duckdb.DuckDBPyConnection, statement: Statement, *, run: bool
) -> Plan:
    """Return the plan of a SELECT; DuckDB plans no write in a file that is read only.

    Raises:
        Invalid: It does not compile, is several, or is no SELECT.
        Denied: It is one that writes.
    """
    with turn(statement.sql):
        # By itself it must be one SELECT, so that no text opens EXPLAIN's brackets or
        # goes on with the word ANALYZE.
        kind = kind_of(only_statement(cursor, statement.sql))
    if kind == duckdb.StatementType.EXPLAIN:
        raise Invalid("this is a plan already", hint="leave EXPLAIN away")
    if kind != duckdb.StatementType.SELECT:
        raise Denied(
            "only SELECT has a plan here",
            hint="the file is open for reading, and DuckDB plans no writes in it",
        )
    ask = ASK_AND_RUN if run else ASK
    sql = ask + statement.sql
    with placed_behind(ask), turn(sql):
        rows = cursor.execute(sql, listed(statement)).fetchall()
    text = str(rows[0][1])
    answer = json.loads(text)
    steps = answer["operator"] if run else answer
    return Plan(
        steps=tuple(step for node in steps for step in _steps(node)),
        text=text,
        has_run=run,
    )


def _steps(node: Mapping[str, Any]) -> tuple[PlanStep, ...]:
    children = tuple(
        step for child in node.get("children", ()) for step in _steps(child)
    )
    what = node.get("type") or node["name"]
    if what in OURS:
        return children
    extra = dict(node["extra_info"])
    guess = extra.pop(GUESS, None)
    seconds = node.get("timing")
    if seconds is not None:
        seconds += sum(child.seconds or 0.0 for child in children)
    rows = node.get("intermediate_rows", guess)
    return (
        PlanStep(
            what=what.strip(),
            detail="; ".join(f"{name}: {_shown(v)}" for name, v in extra.items() if v),
            rows=None if rows is None else float(rows),
            seconds=seconds,
            children=children,
        ),
    )


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
