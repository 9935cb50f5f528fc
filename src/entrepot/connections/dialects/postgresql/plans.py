"""How PostgreSQL runs a statement: EXPLAIN's JSON as steps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any, cast

import psycopg
from psycopg.types.string import TextLoader

from entrepot.base.errors import Invalid
from entrepot.base.positions import placed_behind
from entrepot.connections.dialects.postgresql.read import (
    columns_of,
    listed,
    no_columns,
)
from entrepot.connections.dialects.postgresql.watch import Reading
from entrepot.connections.spec import Plan, PlanStep, Statement

ASK = "EXPLAIN (FORMAT JSON)\n"
ASK_AND_RUN = "EXPLAIN (FORMAT JSON, ANALYZE)\n"
JSON_OID = 114

PLACES = ("Relation Name", "CTE Name", "Function Name", "Index Name", "Subplan Name")
HOW = (
    "Join Type",
    "Strategy",
    "Command",
    "Index Cond",
    "Recheck Cond",
    "Hash Cond",
    "Merge Cond",
    "Join Filter",
    "TID Cond",
    "Filter",
    "Sort Key",
    "Group Key",
)
"""What a step works on, and how, in the words of EXPLAIN, as they are shown."""


def explain(reading: Reading, statement: Statement, *, run: bool) -> Plan:
    """Return the plan of a statement; with `run` it runs in the READ ONLY transaction.

    Raises:
        Invalid: It does not compile, is several, or is of a kind without a plan.
        Denied: It is to run, and would write.
    """
    with reading.turned():
        # By itself it must be one statement, so that no text opens EXPLAIN's brackets
        # or goes on with the word ANALYZE.
        columns = columns_of(reading.connection, statement)
        if run and not columns:
            raise no_columns()
    ask = ASK_AND_RUN if run else ASK
    with placed_behind(ask), reading.turned():
        text = asked(reading.connection, ask, statement)
    tops = planned(text)
    if not tops:
        raise Invalid("this kind of statement has no plan", hint="ask for a SELECT's")
    return Plan(steps=tuple(map(_step, tops)), text=text, has_run=run)


def asked(connection: psycopg.Connection, ask: str, statement: Statement) -> str:
    """Return the server's JSON to a question that is set before a statement.

    Raises:
        psycopg.Error: The statement is of a kind that has no plan, or is wrong.
    """
    cursor = psycopg.RawCursor(connection)
    cursor.adapters.register_loader(JSON_OID, TextLoader)
    # `stream` always speaks the extended protocol, which runs one statement.
    rows = cursor.stream((ask + statement.sql).encode(), listed(statement))
    with closing(cast("Any", rows)):
        return "".join(str(line) for (line,) in rows)


def planned(text: str) -> list[Mapping[str, Any]]:
    """Return the top of each plan in EXPLAIN's JSON; some statements have none."""
    # Of REFRESH MATERIALIZED VIEW and its like there is a sentence in a plan's place.
    return [found["Plan"] for found in json.loads(text) if isinstance(found, dict)]


def _step(node: Mapping[str, Any]) -> PlanStep:
    runs, spent = node.get("Actual Loops"), node.get("Actual Total Time")
    return PlanStep(
        what=str(node.get("Operation") or node["Node Type"]),
        detail=_detail(node),
        # What ran tells the mean of its runs.
        rows=float(node["Plan Rows"] if runs is None else node["Actual Rows"] * runs),
        cost=node.get("Total Cost"),
        seconds=None if spent is None or runs is None else spent * runs / 1000,
        children=tuple(_step(child) for child in node.get("Plans", ())),
    )


def _detail(node: Mapping[str, Any]) -> str:
    places = [str(node[name]) for name in PLACES if name in node]
    if "Alias" in node and node["Alias"] not in places:
        places.append(str(node["Alias"]))
    how = [f"{name}: {_shown(node[name])}" for name in HOW if name in node]
    return "; ".join([" ".join(places), *how] if places else how)


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
