"""Which tables a statement that writes names: to tell of them, never to allow it."""

from __future__ import annotations

from dataclasses import dataclass

VERBS = ("INSERT", "REPLACE", "UPDATE", "DELETE")
TRANSACTIONS = ("BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "XA")


@dataclass(frozen=True, slots=True)
class Named:
    """What a statement says of itself.

    Attributes:
        verb: Its first word.
        tables: (schema or None, table), the one that is written to first.
        is_one: Only the first is written to.
    """

    verb: str
    tables: tuple[tuple[str | None, str], ...] = ()
    is_one: bool = False

    @property
    def event(self) -> str:
        """Return what its triggers are declared for."""
        return "INSERT" if self.verb == "REPLACE" else self.verb


def named_tables(sql: str) -> Named:
    """Read a statement; one that is none of `VERBS` names no tables."""
    import sqlglot
    from sqlglot import exp

    verb = ""
    try:
        words = sqlglot.tokenize(sql, read="mysql")
        verb = words[0].text.upper() if words else ""
        if verb not in VERBS:
            return Named(verb)
        tree = sqlglot.parse_one(sql, read="mysql")
    except (sqlglot.errors.SqlglotError, RecursionError):
        return Named(verb)
    written = tree.this
    if isinstance(written, exp.Schema):  # INSERT INTO t (a, b)
        written = written.this
    if not isinstance(tree, (exp.Insert, exp.Update, exp.Delete)):
        return Named(verb)
    tables = [t for t in tree.find_all(exp.Table) if t is not written]
    is_one = isinstance(written, exp.Table) and not written.args.get("joins")
    first = [written] if isinstance(written, exp.Table) else []
    return Named(
        verb,
        tuple((t.db or None, t.name) for t in (*first, *tables)),
        is_one and not tree.args.get("tables"),
    )
