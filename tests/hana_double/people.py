"""Users, what they may do, and databases."""

from __future__ import annotations

from collections.abc import Sequence

from tests.hana_double.defining import schema_texts
from tests.hana_double.engine import Engine, Outcome
from tests.hana_double.errors import HanaError
from tests.hana_double.names import Name, find_word, literal, read_name
from tests.hana_double.packets import Did
from tests.hana_double.privileges import check_object, check_system, denied
from tests.hana_double.tenants import Tenants, User
from tests.hana_double.words import Token


def manage_database(engine: Engine, tenants: Tenants, words: list[Token]) -> Outcome:
    """Run CREATE DATABASE … SYSTEM USER PASSWORD …, or DROP DATABASE.

    Raises:
        HanaError: Somebody else than the system's database is asked.
    """
    if engine.tenant.name != "SYSTEMDB" or engine.user != "SYSTEM":
        raise denied("DATABASE ADMIN")
    if words[0].word == "DROP":
        tenants.drop(words[2].name)
    else:
        tenants.create(words[2].name, words[-1].name)
    return Outcome(Did.DDL)


def create_user(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run CREATE USER … PASSWORD … [NO FORCE_FIRST_PASSWORD_CHANGE].

    A user has a schema of his own, as in HANA; a RESTRICTED one can only log in.
    """
    check_system(engine.cursor, engine.user, "USER ADMIN")
    (_, name), _ = read_name(words, 2)
    password = words[find_word(words, "PASSWORD") + 1].name
    must_change = find_word(words, "FORCE_FIRST_PASSWORD_CHANGE") < 0
    engine.define(schema_texts(name, name), sql)
    engine.tenant.add_user(User(name, password, must_change))
    return Outcome(Did.DDL)


def alter_user(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run ALTER USER … PASSWORD …, FORCE PASSWORD CHANGE, DEACTIVATE or ACTIVATE."""
    (_, name), after = read_name(words, 2)
    if name != engine.user:
        check_system(engine.cursor, engine.user, "USER ADMIN")
    engine.refuse_read_only()
    user = engine.tenant.users[name]
    match words[after].word:
        case "PASSWORD":
            user.password = words[after + 1].name
        case "FORCE":
            user.must_change = True
        case "DEACTIVATE":
            user.is_locked = True
        case _:
            user.is_locked = False
    return Outcome(Did.DDL)


def grant(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run GRANT privileges [ON [SCHEMA] …] TO ….

    Raises:
        HanaError: Whoever grants it does not own it.
    """
    grantee = words[find_word(words, "TO") + 1].name
    texts = [
        f'INSERT INTO "_DOUBLE".GRANTS VALUES ({literal(grantee)}, {rest})'
        for rest in _granted(engine, words, "TO")
    ]
    return engine.define(texts, sql)


def revoke(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run REVOKE privileges [ON [SCHEMA] …] FROM …."""
    grantee = words[find_word(words, "FROM") + 1].name
    columns = "(PRIVILEGE, TYPE, coalesce(SCHEMA_NAME, ''), coalesce(OBJECT_NAME, ''))"
    texts = [
        f'DELETE FROM "_DOUBLE".GRANTS WHERE GRANTEE = {literal(grantee)}'
        f" AND {columns} = ({rest.replace('NULL', literal(''))})"
        for rest in _granted(engine, words, "FROM")
    ]
    return engine.define(texts, sql)


def _granted(engine: Engine, words: list[Token], end: str) -> list[str]:
    on, last = find_word(words, "ON"), find_word(words, end)
    privileges = " ".join(
        t.word or t.text for t in words[1 : on if on > 0 else last]
    ).split(" , ")
    if on < 0:
        check_system(engine.cursor, engine.user, "ROLE ADMIN")
        return [f"{literal(p)}, 'SYSTEMPRIVILEGE', NULL, NULL" for p in privileges]
    kind, name = _on(engine, words, on + 1)
    check_object(engine.cursor, engine.user, "GRANT", name)
    table = literal(name[1]) if kind == "TABLE" else "NULL"
    where = f"{literal(kind)}, {literal(name[0])}, {table}"
    return [f"{literal(privilege)}, {where}" for privilege in privileges]


def _on(engine: Engine, words: list[Token], at: int) -> tuple[str, Name]:
    if words[at].word == "SCHEMA":
        return "SCHEMA", (words[at + 1].name, "")
    (schema, table), after = read_name(words, at)
    if after > len(words):
        raise HanaError(257, "sql syntax error")
    return "TABLE", (schema or engine.schema, table)
