"""Which queries on our own PostgreSQL pass: one SELECT of what is known."""

from __future__ import annotations

from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from entrepot.operations.errors import QueryFailed
from entrepot.operations.trials.query import failed

_HARMLESS = """
    abs and any array array_agg avg case cast ceil ceiling coalesce concat count
    current_database current_date current_schema current_time current_timestamp
    current_user current_version date_part date_trunc dense_rank exists exp
    exploding_generate_series extract first_value floor generate_series greatest if
    json_agg lag last_value lead least left length ln log lower ltrim max min mod not
    now nullif or pg_sleep position pow power rank replace right round row_number
    rtrim sign split_part sqrt str_position strpos substr substring sum time_to_str
    timestamp_trunc to_char trim trunc unnest upper version xor
"""
FUNCTIONS = frozenset(_HARMLESS.split())
"""Functions that reach neither files, nor other tables, nor other sessions."""

_BEGINNINGS = ("select", "with", "(")

_FORBIDDEN = (
    exp.DML,
    exp.DDL,
    exp.Into,
    exp.Lock,
    exp.Command,
    exp.Parameter,
    exp.Placeholder,
    exp.UserDefinedFunction,
    exp.Operator,
)


@dataclass(frozen=True, slots=True)
class Known:
    """Tables that may be read, and every name that means a table without a schema."""

    readable: frozenset[str]
    visible: frozenset[str]


def checked(query: str, known: Known) -> str:
    """Return the query, written anew from what was parsed.

    Raises:
        QueryFailed: It is not one SELECT, or uses what is not known to be harmless.
    """
    try:
        first = next(iter(sqlglot.tokenize(query, dialect="postgres")), None)
        if first is None or first.text.lower() not in _BEGINNINGS:
            raise failed(query, "only a SELECT runs here", _HINT)
        trees = sqlglot.parse(query, dialect="postgres")
    except (SqlglotError, RecursionError) as error:
        raise failed(query, "it cannot be read as a SELECT", _HINT) from error
    statements = [tree for tree in trees if tree is not None]
    if len(statements) != 1:
        raise failed(query, "it must be one statement", _HINT)
    tree = statements[0]
    why_not = _why_not(tree, known)
    if why_not:
        raise failed(query, f"{why_not} is not allowed here", _HINT)
    try:
        return tree.sql(dialect="postgres", comments=False)
    except (SqlglotError, RecursionError) as error:
        raise failed(query, "it is too deep", _HINT) from error


_HINT = "write one simple SELECT; tables with secrets are not read here"


def _why_not(tree: exp.Expr, known: Known) -> str:
    """Return what is forbidden about a statement; empty if nothing is."""
    root = tree.unnest() if isinstance(tree, exp.Subquery) else tree
    if not isinstance(root, exp.Select | exp.SetOperation):
        return "a statement that is not a SELECT"
    own = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    shadow = own & known.visible
    if shadow:
        return f"a WITH of the name {shadow.pop()}, which is a table's,"
    for node in tree.walk():
        if isinstance(node, _FORBIDDEN) and not isinstance(
            node, exp.Select | exp.SetOperation | exp.Subquery
        ):
            return f"{node.key.upper()}"
        if isinstance(node, exp.Table) and not _is_allowed(node, own | known.readable):
            return f"the table {node.sql(dialect='postgres', comments=False)}"
        if isinstance(node, exp.Dot) and node.find(exp.Func):
            return "a function of a schema"
        if isinstance(node, exp.Func) and _name(node) not in FUNCTIONS:
            return f"the function {_name(node)}"
    return ""


def _is_allowed(table: exp.Table, names: set[str] | frozenset[str]) -> bool:
    if isinstance(table.this, exp.Func):
        return not table.args.get("db")  # the function itself is looked at as well
    if not isinstance(table.this, exp.Identifier):
        return False
    name = table.name if table.this.quoted else table.name.lower()
    schema = str(table.args.get("db") or "")
    return name in names and not schema and not table.args.get("catalog")


def _name(function: exp.Func) -> str:
    if isinstance(function, exp.Anonymous):
        return function.name.lower()
    return function.sql_name().lower()


__all__ = ["FUNCTIONS", "Known", "QueryFailed", "checked"]
