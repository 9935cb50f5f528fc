"""The shape of a statement: its text without the values that stand in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

LONGEST = 4_000
"""Characters of a shape that are kept."""
_READ = 20_000
"""Of a statement so many are looked at."""
HOUSEKEEPING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET", "PRAGMA")
"""What a session says again and again without asking for anything."""

_STANDARD = r"'(?:[^']|'')*(?:'|\Z)"
_ESCAPED = r"'(?:[^'\\]|\\.|'')*(?:'|\Z)"
_REST = (
    r"|--[^\n]*|/\*.*?(?:\*/|\Z)"
    r"|(?P<quote>\$(?:[A-Za-z_]\w*)?\$).*?(?:(?P=quote)|\Z)"
    r"|(?<![\w$.%:])[-+]?(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][-+]?\d+)?)(?!\w)"
)
_VALUES = {
    "": re.compile(f"[eE]{_ESCAPED}|{_STANDARD}{_REST}", re.DOTALL),
    "mariadb": re.compile(
        f'{_ESCAPED}|"(?:[^"\\\\]|\\\\.|"")*(?:"|\\Z)|#[^\\n]*{_REST}', re.DOTALL
    ),
}
"""Values and comments; on MariaDB a backslash escapes, and texts have either quotes."""
_PLACE = r"(?:\?|%\(\w+\)s(?:::\w+)?|%s|:\w+|\$\d+)"
_PLACES = re.compile(rf"\(\s*{_PLACE}(?:\s*,\s*{_PLACE})+\s*\)")
_ROWS = re.compile(r"(\(…\))(?:\s*,\s*\(…\))+")
_BLANKS = re.compile(r"\s+")
_TABLE = re.compile(
    r"\b(?:FROM|INTO|UPDATE|TABLE|JOIN)\s+(?:ONLY\s+)?"
    r"((?:[\w$]+|\"[^\"]+\"|`[^`]+`)(?:\.(?:[\w$]+|\"[^\"]+\"|`[^`]+`))*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A statement without its values.

    Attributes:
        id: The same for the same text in every process; fits SQLite's integers.
        name: For people: `SELECT … FROM products`.
        is_asking: It asks for something, or changes it.
    """

    id: int
    text: str
    name: str
    is_asking: bool


@lru_cache(maxsize=1_000)
def shape_of(sql: str, system: str = "") -> Shape:
    """Return a statement's shape.

    Args:
        system: The dialect's name; empty for our own database.
    """
    values = _VALUES.get(system, _VALUES[""])
    text = values.sub(_value, sql[:_READ])
    text = _BLANKS.sub(" ", text).strip()
    text = _ROWS.sub(r"\1", _PLACES.sub("(…)", text))
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}…"
    text = text.encode("utf-8", "replace").decode()
    digest = blake2b(text.encode(), digest_size=8).digest()
    verb = text.partition(" ")[0].upper()[:20]
    return Shape(
        id=int.from_bytes(digest, "big", signed=True),
        text=text,
        name=_name(verb, text),
        is_asking=verb not in HOUSEKEEPING,
    )


def _value(found: re.Match[str]) -> str:
    return " " if found[0].startswith(("--", "/*", "#")) else "?"


def _name(verb: str, text: str) -> str:
    table = _TABLE.search(text)
    if table is None:
        return verb or "statement"
    if verb in ("SELECT", "WITH", "DELETE"):
        return f"{verb} … FROM {table[1]}"[:200]
    return f"{verb} {table[1]}"[:200]
