"""What a statement writes to in PostgreSQL, and what else happens then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from entrepot.base.named_table import named_table
from entrepot.connections.dialects.postgresql.plans import asked, planned
from entrepot.connections.spec import Statement

ASK = "EXPLAIN (FORMAT JSON, VERBOSE)\n"
WRITING = "ModifyTable"

# The bits of `tgtype`: https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_trigger.h
INSERT, DELETE, UPDATE = 4, 8, 16
EVENTS = {
    "Insert": INSERT,
    "Delete": DELETE,
    "Update": UPDATE,
    "Merge": INSERT | DELETE | UPDATE,
}

TRIGGERS = """
SELECT t.tgname
FROM pg_trigger t
WHERE t.tgrelid = to_regclass(%s) AND NOT t.tgisinternal
  AND t.tgenabled IN ('O', 'A') AND t.tgtype & %s <> 0
ORDER BY 1
"""

# An identity's sequence belongs to its column, another's default depends on it.
SEQUENCES = """
SELECT DISTINCT s.oid::regclass::text
FROM pg_class s
JOIN pg_depend d ON s.oid IN (d.objid, d.refobjid)
LEFT JOIN pg_attrdef v ON d.classid = 'pg_attrdef'::regclass AND v.oid = d.objid
WHERE s.relkind = 'S'
  AND (v.adrelid = to_regclass(%s)
       OR d.classid = 'pg_class'::regclass AND d.objid = s.oid
          AND d.refobjid = to_regclass(%s) AND d.deptype = 'i')
ORDER BY 1
"""

# What the transaction has done so far, whoever asked for it.
WRITTEN = """
SELECT w.relid::regclass::text, w.n_tup_ins, w.n_tup_upd, w.n_tup_del
FROM pg_stat_xact_user_tables w
WHERE w.n_tup_ins + w.n_tup_upd + w.n_tup_del > 0
  AND (%s::boolean OR coalesce(pg_partition_root(w.relid)::oid, w.relid)
       IS DISTINCT FROM to_regclass(%s)::oid)
ORDER BY 1
"""
DONE = ("inserted", "changed", "deleted")


PATH = "SELECT format('%%I.%%I', %s::text, %s::text)"
SCHEMA = "SELECT coalesce(current_schema(), '')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A table that a statement writes to.

    Attributes:
        name: `schema.table`.
        path: The same as SQL writes it.
        events: What it does there, in the bits of `tgtype`.
        is_whole: The statement does nothing else, so that each row it returns is one
            that it wrote.
    """

    name: str
    path: str
    events: int
    is_whole: bool


def find(connection: psycopg.Connection, statement: Statement) -> Written | None:
    """Return what the planner says a statement writes to, before it runs.

    It is None for statements that write no rows, or of which it makes no plan.
    """
    connection.execute("SAVEPOINT found")
    try:
        text = asked(connection, ASK, statement)
    except psycopg.Error:
        text = "[]"  # running it will tell what is wrong with it
    connection.execute("ROLLBACK TO found")
    for top in planned(text):
        for node in _nodes(top):
            if node["Node Type"] == WRITING:
                return _written(connection, node, is_whole=node is top)
    return None


def name(connection: psycopg.Connection, statement: Statement) -> str:
    """Return the table that a statement without a plan names; empty if none."""
    [schema] = connection.execute(SCHEMA).fetchone() or [""]
    return named_table(statement.sql, "postgres", schema)


def warn(
    connection: psycopg.Connection,
    written: Written | None,
    *,
    is_counted: bool,
    keep: bool,
) -> tuple[str, ...]:
    """Return what came with a statement that has run, and what does not go back.

    Args:
        is_counted: The rows written to its own table are told already.
    """
    path = written.path if written else ""
    warnings = []
    if written:
        triggers = connection.execute(TRIGGERS, [path, written.events])
        warnings += [f"the trigger {name} runs too" for (name,) in triggers]
    if written and not keep and written.events & INSERT:
        sequences = connection.execute(SEQUENCES, [path, path])
        warnings += [
            f"the sequence {name} does not go back where it was used"
            for (name,) in sequences
        ]
    for name, *counts in connection.execute(WRITTEN, [not is_counted, path]):
        done = [f"{n} {word}" for n, word in zip(counts, DONE, strict=True) if n]
        warnings.append(f"rows of {name}: {', '.join(done)}")
    return tuple(warnings)


def _written(
    connection: psycopg.Connection, node: Mapping[str, Any], *, is_whole: bool
) -> Written:
    schema, table = node.get("Schema", ""), node.get("Relation Name", "")
    [path] = connection.execute(PATH, [schema, table]).fetchone() or [""]
    events = EVENTS.get(node.get("Operation", ""), 0)
    if node.get("Conflict Resolution") == "UPDATE":
        events |= UPDATE
    return Written(
        name=f"{schema}.{table}", path=path, events=events, is_whole=is_whole
    )


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)
