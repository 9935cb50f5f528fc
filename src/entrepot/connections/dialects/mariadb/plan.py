"""MariaDB's EXPLAIN and ANALYZE, in JSON, as a plan."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from entrepot.base.errors import Invalid
from entrepot.base.rows import ReadOptions
from entrepot.connections.dialects.mariadb.read import open_rows, prepare_read
from entrepot.connections.dialects.mariadb.session import is_mariadb
from entrepot.connections.dialects.mariadb.watch import Reading
from entrepot.connections.spec import Plan, PlanStep, Statement

EXPLAIN = "EXPLAIN FORMAT=JSON "
ANALYZE = "ANALYZE FORMAT=JSON "
"""MariaDB's, which runs the statement; MySQL's tells of it in another form."""

HOLDERS = ("nested_loop", "query_specifications", "subqueries", "having_subqueries")
"""Lists of steps that are no step themselves."""
ASIDE = ("r_engine_stats", "cost_info", "query_optimization", "used_key_parts")
WHOLE = ("query_block",)
"""Steps whose time holds that of their children."""
SAID = ("table_name", "message", "operation", "sort_key", "join_type")
CONDITIONS = ("const_condition", "attached_condition", "having_condition")

Node = Mapping[str, object]


def explain(reading: Reading, statement: Statement, *, run: bool) -> Plan:
    """Ask for a statement's plan, in the transaction that is open.

    Raises:
        Denied: It does not read rows.
    """
    with reading.turned(statement.sql):
        prepare_read(reading.connection, statement.sql)
    has_run = run and is_mariadb(reading.connection)
    asked = Statement(
        sql=(ANALYZE if has_run else EXPLAIN) + statement.sql, params=statement.params
    )
    with open_rows(reading, asked, ReadOptions()) as stream:
        texts = [str(v) for b in stream.batches for v in b.column(0).to_pylist()]
    return read_plan("".join(texts), has_run=has_run)


def read_plan(text: str, *, has_run: bool) -> Plan:
    """Read what the server said.

    Raises:
        Invalid: It is no plan.
    """
    try:
        told = json.loads(text)
    except ValueError as error:
        raise Invalid("the database has no plan of this statement") from error
    steps = tuple(_steps(told)) if isinstance(told, dict) else ()
    return Plan(steps=steps, text=text, has_run=has_run)


def _steps(node: Node) -> Iterator[PlanStep]:
    for name, value in node.items():
        if name in ASIDE:
            continue
        if isinstance(value, dict):
            yield _step(name, value)
        elif isinstance(value, list) and name in HOLDERS:
            for inner in value:
                yield from _steps(cast("Node", inner))


def _step(name: str, node: Node) -> PlanStep:
    children = tuple(_steps(node))
    return PlanStep(
        what=str(node["access_type"]) if "access_type" in node else name,
        detail=_detail(node),
        rows=_rows(node, children),
        cost=_number(node.get("cost")),
        seconds=_seconds(name, node, children),
        children=children,
    )


def _detail(node: Node) -> str:
    parts = [str(node[name]) for name in SAID if name in node]
    if "key" in node:
        parts.append(f"key {node['key']}")
    parts += [str(node[name]) for name in CONDITIONS if name in node]
    return ", ".join(parts)


def _rows(node: Node, children: Sequence[PlanStep]) -> float | None:
    counted, loops = _number(node.get("r_rows")), _number(node.get("r_loops"))
    if counted is not None:
        return _filtered(
            counted * (1.0 if loops is None else loops), node, "r_filtered"
        )
    if "r_output_rows" in node:
        return _number(node["r_output_rows"])
    if "rows" in node:
        return _filtered(_number(node["rows"]), node, "filtered")
    # What comes out of a join comes out of its last table.
    return children[-1].rows if children else None


def _filtered(rows: float | None, node: Node, name: str) -> float | None:
    share = _number(node.get(name))
    return rows if rows is None or share is None else round(rows * share / 100, 2)


def _seconds(name: str, node: Node, children: Sequence[PlanStep]) -> float | None:
    total = _number(node.get("r_total_time_ms"))
    if total is not None and name in WHOLE:
        return total / 1000
    parts = [_number(node.get(f"r_{part}_time_ms")) for part in ("table", "other")]
    own = [part / 1000 for part in (total, *parts) if part is not None]
    inner = [child.seconds for child in children if child.seconds is not None]
    return sum(own + inner) if own or inner else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
