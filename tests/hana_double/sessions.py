"""Statements about the connection itself, its transaction, and other connections."""

from __future__ import annotations

from collections.abc import Sequence

from tests.hana_double.engine import Engine, Outcome
from tests.hana_double.errors import HanaError
from tests.hana_double.packets import Did
from tests.hana_double.privileges import check_system
from tests.hana_double.words import Token

NOTHING = Outcome(Did.NOTHING)


def set_transaction(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Say how the next transaction is to be.

    Raises:
        HanaError: One has begun.
    """
    if engine.is_open:
        raise HanaError(128, "transaction error: the transaction has begun")
    wanted = " ".join(word.word for word in words[2:])
    if wanted in ("READ ONLY", "READ WRITE"):
        engine.is_read_only = wanted == "READ ONLY"
    elif wanted.startswith("ISOLATION LEVEL "):
        engine.isolation = wanted.removeprefix("ISOLATION LEVEL ")
    elif not wanted.startswith(("AUTOCOMMIT DDL", "LOCK WAIT TIMEOUT")):
        raise HanaError(257, f'sql syntax error: incorrect syntax near "{wanted}"')
    return NOTHING


def set_schema(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Look for names somewhere else, until the connection ends."""
    engine.look_in(words[2].name)
    return NOTHING


def set_variable(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Note a variable of the session."""
    texts = [word.text for word in words if word.kind == "text"]
    engine.variables.update({texts[0]: texts[-1]} if texts else {})
    return NOTHING


def commit(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Keep what was changed."""
    engine.commit()
    return Outcome(Did.COMMIT)


def rollback(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Undo what was changed."""
    engine.rollback()
    return Outcome(Did.ROLLBACK)


def call(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Say that there is no such procedure."""
    engine.refuse_read_only()
    name = words[-1].text if len(words) == 1 else words[1].name
    raise HanaError(328, f"invalid name of function or procedure: {name}")


def alter_system(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run ALTER SYSTEM CANCEL or DISCONNECT SESSION '…'.

    Raises:
        HanaError: The session is not one's own, or it is another statement.
    """
    how = " ".join(word.word for word in words[2:4])
    if how not in ("CANCEL SESSION", "DISCONNECT SESSION"):
        check_system(engine.cursor, engine.user, "INIFILE ADMIN")
        raise HanaError(7, "feature not supported: the double cannot do that")
    client = engine.tenant.find_client(int(words[4].text.strip("'")))
    if client.user != engine.user:
        check_system(engine.cursor, engine.user, "SESSION ADMIN")
    (client.cancel if how == "CANCEL SESSION" else client.disconnect)()
    return NOTHING
