"""How our own database would run a slow statement, whose values nobody kept."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from entrepot.base.errors import EntrepotError
from entrepot.base.store import Store
from entrepot.connections import PlanStep
from entrepot.watch.history.statements.shapes import count_places, shape_of

EXPLAIN_SECONDS = 2
# Others have no plan, and of PRAGMA some parts act when it is only compiled.
_PLANNED = re.compile(r"\s*(?:SELECT|WITH|INSERT|UPDATE|DELETE|REPLACE|VALUES)\b", re.I)
# As SQLAlchemy writes them for psycopg, which is to read the rest of the text, too.
_PLACE = re.compile(r"%\(([^)]+)\)s")
DETAILS = (
    *("Relation Name", "Index Name", "CTE Name", "Function Name", "Index Cond"),
    *("Hash Cond", "Merge Cond", "Join Filter", "Filter", "Sort Key", "Group Key"),
)


def own_steps(store: Store, sql: str) -> list[PlanStep]:
    """Return how our own database would run a statement; nothing if it does not say.

    Nothing runs but the planner. There are no values: SQLite hardly looks at them, and
    PostgreSQL is asked for the plan that fits any value.
    """
    dialect = store.url.get_backend_name()
    if not has_plan(sql, dialect):
        return []
    try:
        with store.read_connection() as connection:
            if dialect == "sqlite":
                return _of_sqlite(connection, sql)
            return _of_postgresql(connection, sql)
    except (SQLAlchemyError, EntrepotError):
        return []


def has_plan(sql: str, dialect: str) -> bool:
    """Tell whether it is one statement, of a kind that has a plan."""
    return bool(_PLANNED.match(sql)) and ";" not in shape_of(sql, dialect)[1]


def _of_sqlite(connection: Connection, sql: str) -> list[PlanStep]:
    nothing = (None,) * count_places(sql)
    asked = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", nothing)
    below: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for number, parent, _, line in asked:
        below[parent].append((number, line))

    def steps(parent: int) -> list[PlanStep]:
        return [
            PlanStep(what=line, children=tuple(steps(number)))
            for number, line in below[parent]
        ]

    return steps(0)


def _of_postgresql(connection: Connection, sql: str) -> list[PlanStep]:
    text, count = numbered(sql)
    connection.exec_driver_sql(
        f"SET LOCAL statement_timeout = {EXPLAIN_SECONDS * 1000}"
    )
    # Version 15 has no EXPLAIN (GENERIC_PLAN): a prepared statement has such a plan.
    # https://www.postgresql.org/docs/15/sql-prepare.html
    connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
    nothing = f"({', '.join(['NULL'] * count)})" if count else ""
    connection.exec_driver_sql(f"PREPARE entrepot_plan AS {text}")
    try:
        ask = f"EXPLAIN (FORMAT JSON) EXECUTE entrepot_plan{nothing}"
        plans = connection.exec_driver_sql(ask).scalar_one()
    finally:
        connection.rollback()  # it may have failed; what is prepared outlives it
        connection.exec_driver_sql("DEALLOCATE entrepot_plan")
    return [_step(one["Plan"]) for one in plans if "Plan" in one]


def numbered(sql: str) -> tuple[str, int]:
    """Return a statement with the server's own places for values, and how many."""
    names: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        return f"${names.setdefault(found[1], len(names) + 1)}"

    text = _PLACE.sub(place, sql)
    return text, len(names)


def _step(node: Mapping[str, Any]) -> PlanStep:
    details = [str(node[name]) for name in DETAILS if name in node]
    return PlanStep(
        what=str(node.get("Operation") or node["Node Type"]),
        detail="; ".join(details),
        rows=float(node["Plan Rows"]),
        cost=node.get("Total Cost"),
        children=tuple(_step(child) for child in node.get("Plans", ())),
    )
