"""How HANA would run a statement: EXPLAIN PLAN, read back from its table."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from entrepot.base.positions import placed_behind
from entrepot.connections.dialects.hana.gate import check_reading
from entrepot.connections.dialects.hana.read import listed
from entrepot.connections.dialects.hana.watch import Reading, run
from entrepot.connections.spec import Plan, PlanStep, Statement

# EXPLAIN PLAN takes no other form of the name than a text of its own, here of hex.
EXPLAIN = "EXPLAIN PLAN SET STATEMENT_NAME = '{name}' FOR "
STEPS = """
SELECT OPERATOR_ID, PARENT_OPERATOR_ID, LEVEL, OPERATOR_NAME, OPERATOR_DETAILS,
       SCHEMA_NAME, TABLE_NAME, OUTPUT_SIZE, SUBTREE_COST
FROM EXPLAIN_PLAN_TABLE WHERE STATEMENT_NAME = ? ORDER BY OPERATOR_ID
"""

Row = Sequence[Any]


def explain(reading: Reading, statement: Statement) -> Plan:
    """Return a statement's plan; the connection is one that may write the plan down.

    Raises:
        Denied: It is no SELECT.
        Invalid: It does not compile.
    """
    check_reading(statement.sql)
    name = uuid.uuid4().hex
    before = EXPLAIN.format(name=name)
    sql = before + statement.sql
    with reading.cursor() as cursor, placed_behind(before), reading.turned(sql):
        run(cursor, sql, listed(statement))
    rows = reading.ask(STEPS, name)
    children: dict[object, list[Row]] = defaultdict(list)
    for row in rows:
        children[row[1]].append(row)
    steps = tuple(_step(row, children) for row in children[None])
    return Plan(steps=steps, text="\n".join(_line(row) for row in rows))


def _step(row: Row, children: dict[object, list[Row]]) -> PlanStep:
    return PlanStep(
        what=str(row[3]),
        detail=_detail(row),
        rows=_number(row[7]),
        cost=_number(row[8]),
        children=tuple(_step(child, children) for child in children[row[0]]),
    )


def _detail(row: Row) -> str:
    table = ".".join(str(part) for part in row[5:7] if part)
    return ": ".join(part for part in (table, str(row[4] or "")) if part)


def _line(row: Row) -> str:
    return f"{'  ' * int(row[2] or 0)}{row[3]} {_detail(row)}".rstrip()


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
