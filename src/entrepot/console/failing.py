"""Errors of statements as people get them: the place, the nearest names, no secrets."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy.engine import make_url

from entrepot.base.errors import (
    Denied,
    EntrepotError,
    Invalid,
    Missing,
    Refused,
    Unavailable,
)
from entrepot.base.house import House
from entrepot.connections import Structure, Target
from entrepot.console.binding import Bound
from entrepot.console.lexing import Token, tokens
from entrepot.console.outlines import outline_of
from entrepot.console.seen import place_of

READ_CHARACTERS = 2_000
"""Of a message so many are searched for names: it may repeat the statement's texts."""

CODES = ("sqlstate", "errorcode", "errno", "database_code")
"""Facts in which dialects keep the database's own code."""

TABLE = re.compile(
    r"""no\ such\ table:\ (?:\w+\.)?(?P<sqlite>.+)
    | relation\ "(?:[^".]+\.)?(?P<postgresql>[^"]+)"\ does\ not\ exist
    | Table\ with\ name\ (?P<duckdb>.+?)\ does\ not\ exist
    | Table\ '(?:[^'.]+\.)?(?P<mariadb>[^']+)'\ doesn't\ exist
    | invalid\ table\ name:.*?table/view\ "?(?P<hana>[^"\s]+)"?
    """,
    re.VERBOSE,
)
COLUMN = re.compile(
    r"""no\ such\ column:\ "?(?:[^.]+\.)*(?P<sqlite>[^".]+)"?
    | column\ "?(?:[^".]+\.)?(?P<postgresql>[^"\s]+?)"?(?:\ of\ relation.*)?\ does\ not\ exist
    | Referenced\ column\ "(?P<duckdb>[^"]+)"\ not\ found
    | does\ not\ have\ a\ column\ named\ "(?P<duckdb_of>[^"]+)"
    | Unknown\ column\ '(?:[^'.]+\.)*(?P<mariadb>[^']+)'
    | invalid\ column\ name:\ "?(?:[^".]+\.)?(?P<hana>[^"\s:]+)"?
    """,  # noqa: E501  # a pattern on one line is easier to compare with the message
    re.VERBOSE,
)
NEAR = re.compile(r"""near\ ["'](?P<near>.+?)["'](?::|\ |$)""", re.VERBOSE)


def told(
    house: House, error: EntrepotError, *, sql: str, bound: Bound, target: Target,
    schema: str = "",
) -> EntrepotError:  # fmt: skip
    """Return a statement's error as the one who wrote the statement may know it.

    Its facts have `position`, `line` and `column` where the place is known, and
    `database_code`.
    """
    facts = {k: v for k, v in error.facts.items() if k not in CODES}
    code = next((error.facts[k] for k in CODES if k in error.facts), None)
    if code is not None:
        facts["database_code"] = code
    name, nearest = _nearest(house, error, sql, target, schema)
    position = _position(error, sql, bound, target, name)
    if position is not None:
        line, column = place_of(sql, position)
        facts |= {"position": position, "line": line, "column": column}
    hint = f"did you mean {' or '.join(nearest)}?" if nearest else error.hint
    if isinstance(error, Unavailable | Refused):
        hint = None if "retry" not in (hint or "") else hint
    error.detail = scrubbed(error.detail, house, target)
    error.args = (error.detail,)
    error.hint = None if hint is None else scrubbed(hint, house, target)
    error.facts = facts
    return error


def scrubbed(text: str, house: House, target: Target) -> str:
    """Return a text without the places and secrets of a connection."""
    url = make_url(target.url)
    words: list[str | None] = [target.url, target.shown_url, target.path, url.password]
    if url.host:
        words += [f"{url.host}:{url.port}", url.host]
    if target.path:
        words += [url.database]
    words += [target.cache_folder, str(house.home)]
    for word in words:
        if word and len(word) > 3:
            text = text.replace(word, "…")
    return _PATHS.sub("…", text)


_PATHS = re.compile(r"(?<![\w:/.])/(?:[\w.-]+/)+[\w.-]+")
"""Absolute paths of our machine, or of the database's."""


def _position(
    error: EntrepotError, sql: str, bound: Bound, target: Target, name: str | None
) -> int | None:
    known = error.facts.get("position")
    if isinstance(known, int):
        if bound.sql == sql:
            return known
        return min(bound.written_position(known), len(sql) + 1)
    if not isinstance(error, Invalid | Denied | Missing):
        return None
    near = NEAR.search(error.detail[:READ_CHARACTERS])
    word = near["near"] if near else name
    if word is None:
        if "incomplete input" in error.detail:
            return len(sql.rstrip()) + 1
        return None
    line = error.facts.get("line")
    line = line if isinstance(line, int) else 1
    places = _places(sql, word, target.dialect, line)
    # An unknown name is unknown wherever it stands; of several words nobody knows
    # which one was too much.
    return places[0] if places and (len(places) == 1 or not near) else None


def _places(sql: str, word: str, dialect: str, line: int) -> list[int]:
    """Return where a word stands outside of strings and comments, from 1."""
    starts = [0, *(m.end() for m in re.finditer("\n", sql))]
    first = starts[min(line, len(starts)) - 1]
    return [
        token.start + 1
        for token in tokens(sql, dialect)
        if token.start >= first
        and token.kind not in ("comment", "space")
        and _is_word(sql, token, word.lower())
    ]


def _is_word(sql: str, token: Token, word: str) -> bool:
    text = sql[token.start : token.end].lower()
    if text == word or (token.kind == "quoted" and text[1:-1] == word):
        return True
    return not word[0].isalnum() and sql.startswith(word, token.start)


def _nearest(
    house: House, error: EntrepotError, sql: str, target: Target, schema: str
) -> tuple[str | None, list[str]]:
    """Return the name that the database does not know, and up to three it knows."""
    said = error.detail[:READ_CHARACTERS]
    table, column = TABLE.search(said), COLUMN.search(said)
    found = table or column
    if found is None or not isinstance(error, Invalid | Missing):
        return None, []
    name = next(word for word in found.groups() if word is not None)
    name = name.strip('"').rpartition(".")[2]
    known: list[str] = []
    # The hint is an extra: without an outline the error is told all the same.
    with suppress(EntrepotError):
        tables = outline_of(house, target.name).tables(schema)
        known = (
            [t.table.name for t in tables]
            if table
            else _columns(tables, sql, target.dialect)
        )
    return name, _close(name, known)


def _columns(tables: Sequence[Structure], sql: str, dialect: str) -> list[str]:
    """Return the columns of the tables that a statement names; else of all."""
    words = {
        sql[t.start : t.end].strip('"`[]').lower()
        for t in tokens(sql, dialect)
        if t.kind in ("word", "quoted")
    }
    named = [t for t in tables if t.table.name.lower() in words]
    return [c.name for t in named or tables for c in t.columns]


def _close(name: str, known: Sequence[str]) -> list[str]:
    by_lower = {word.lower(): word for word in known}
    close = difflib.get_close_matches(name.lower(), by_lower, n=3, cutoff=0.6)
    return [repr(by_lower[word]) for word in close]
