"""Which statement is which, by its first words, and who runs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.hana_double import changing, defining, explaining, people, sessions
from tests.hana_double.engine import Engine, Outcome
from tests.hana_double.errors import HanaError
from tests.hana_double.tenants import Tenants
from tests.hana_double.words import Token, said, syntax_error, tokens_of

Run = Callable[[Engine, str, list[Token], Sequence[object]], Outcome]

STATEMENTS: dict[str, Run] = {
    "INSERT": changing.insert,
    "UPSERT": changing.insert,
    "REPLACE": changing.insert,
    "UPDATE": changing.update,
    "DELETE": changing.delete,
    "MERGE": changing.insert,
    "WITH": changing.with_first,
    "CREATE TABLE": defining.create_table,
    "CREATE COLUMN": defining.create_table,
    "CREATE ROW": defining.create_table,
    "CREATE GLOBAL": defining.create_table,
    "CREATE LOCAL": defining.create_table,
    "CREATE VIEW": defining.create_view,
    "CREATE VIRTUAL": defining.create_virtual,
    "CREATE INDEX": defining.create_index,
    "CREATE UNIQUE": defining.create_index,
    "CREATE SCHEMA": defining.create_schema,
    "CREATE USER": people.create_user,
    "ALTER USER": people.alter_user,
    "GRANT": people.grant,
    "REVOKE": people.revoke,
    "CREATE": defining.any_other,
    "DROP SCHEMA": defining.drop_schema,
    "DROP": defining.any_other,
    "ALTER TABLE": defining.any_other,
    "TRUNCATE": defining.any_other,
    "COMMENT": defining.any_other,
    "SET TRANSACTION": sessions.set_transaction,
    "SET SCHEMA": sessions.set_schema,
    "SET": sessions.set_variable,
    "UNSET": sessions.set_variable,
    "COMMIT": sessions.commit,
    "ROLLBACK": sessions.rollback,
    "ALTER SYSTEM": sessions.alter_system,
    "EXPLAIN": explaining.explain,
    "CALL": sessions.call,
}
"""By the first two words, or the first."""

UNKNOWN = (
    *("ALTER", "RENAME", "LOCK", "DO", "IMPORT", "EXPORT", "LOAD", "UNLOAD"),
    *("CONNECT", "SAVEPOINT", "RELEASE", "BACKUP", "RECOVER", "MIGRATE", "REFRESH"),
    *("ANNOTATE", "VALIDATE", "DISCONNECT"),
)
"""First words of statements that HANA has and the double has not."""


class Desk:
    """Takes the statements of one connection."""

    def __init__(self, engine: Engine, tenants: Tenants) -> None:
        self._engine = engine
        self._tenants = tenants

    def run(self, sql: str, values: Sequence[object]) -> Outcome:
        """Run one statement.

        Raises:
            HanaError: As HANA would.
        """
        words = said(tokens_of(sql))
        if _is_query(words):
            return self._engine.query(sql, values)
        if words and [w.word for w in words[1:2]] == ["DATABASE"]:
            return people.manage_database(self._engine, self._tenants, words)
        return _find(words, sql, self._engine)(self._engine, sql, words, values)

    def describe(self, sql: str) -> tuple[Sequence[object], int]:
        """Return the columns of a query, and how many parameters there are."""
        words = said(tokens_of(sql))
        places = sum(word.text == "?" for word in words)
        if _is_query(words):
            return self._engine.describe(sql), places
        _find(words, sql, self._engine)
        return (), places


def _is_query(words: list[Token]) -> bool:
    first = words[0].word if words else ""
    if first == "WITH":
        return changing.find_change(words) is None
    return first == "SELECT" or (bool(words) and words[0].text == "(")


def _find(words: list[Token], sql: str, engine: Engine) -> Run:
    if not words:
        raise syntax_error("", sql, len(sql))
    first = words[0].word
    both = " ".join([first, *(w.word for w in words[1:2])])
    run = STATEMENTS.get(both) or STATEMENTS.get(first)
    if run is not None:
        return run
    if first in UNKNOWN:
        engine.refuse_read_only()
        raise HanaError(7, f"feature not supported: the double has no {first}")
    raise syntax_error(words[0].text, sql, words[0].at)
