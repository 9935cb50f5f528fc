"""EXPLAIN PLAN: DuckDB's plan, in the columns of HANA's EXPLAIN_PLAN_TABLE."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TypedDict

from tests.hana_double.engine import Engine, Outcome
from tests.hana_double.names import find_word
from tests.hana_double.packets import Did
from tests.hana_double.words import Token, syntax_error, tokens_of

INSERT = f'INSERT INTO "_DOUBLE".PLAN VALUES ({", ".join("?" * 12)})'
EXPLAINED = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "(")


class Node(TypedDict):
    """An operator of DuckDB's."""

    name: str
    children: list[Node]
    extra_info: dict[str, object]


def explain(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run EXPLAIN PLAN [SET STATEMENT_NAME = '…'] FOR ….

    Raises:
        HanaError: It is something that has no plan.
    """
    start = find_word(words, "FOR") + 1
    if not start or words[start].text.upper() not in EXPLAINED:
        near = words[start] if start < len(words) else words[-1]
        raise syntax_error(near.text, sql, near.at)
    engine.refuse_read_only()
    name = next((w.text[1:-1] for w in words[:start] if w.kind == "text"), None)
    tokens = [t for t in tokens_of(sql) if t.at >= words[start].at]
    given = values or [None for token in tokens if token.text == "?"]
    engine.query("SELECT 1 FROM DUMMY", ())
    text = engine.translated(tokens)
    engine.execute(f"EXPLAIN (FORMAT json) {text}", given, sql)
    row = engine.cursor.fetchone()
    plan: list[Node] = json.loads(row[1]) if row else []
    for step in _steps(plan, 0, 0, iter(range(1, 1_000))):
        engine.write(INSERT, [name, *step], sql)
    return Outcome(Did.NOTHING)


def _steps(
    nodes: list[Node], parent: int, level: int, numbers: Iterator[int]
) -> Iterator[list[object]]:
    for position, node in enumerate(nodes, start=1):
        number, told = next(numbers), node["extra_info"]
        table = str(told.get("Table", "")).replace('"', "").rpartition(".")
        details = ", ".join(str(v) for k, v in told.items() if "__" not in k)
        rows = told.get("Estimated Cardinality")
        size = float(str(rows)) if rows is not None else None
        names = [table[0].rpartition(".")[2] or None, table[2] or None]
        places = [number, parent or None, level, position]
        what = node["name"].strip().replace("_", " ")
        yield [what, details, "HEX", *names, size, size, *places]
        yield from _steps(node["children"], number, level + 1, numbers)
