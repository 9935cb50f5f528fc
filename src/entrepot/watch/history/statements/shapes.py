"""The shape of a statement: its text without values, so that like ones are one."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

SHAPE_CHARACTERS = 4_000
READ_CHARACTERS = 20_000
"""Of a longer text the end is not looked at: it is cut anyway."""
PLACE = "?"

_NUMBER = (
    r"(?<![\w.$])(?:0[xXbBoO][0-9a-fA-F_]+"
    r"|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?|\.\d[\d_]*(?:[eE][+-]?\d+)?)(?!\w)"
)
_QUOTED = r"""
    (?P<comment> --[^\n]* | /\*.*?(?:\*/|\Z) )
  | (?P<dollar> \$(?P<tag>[A-Za-z_]*)\$ .*? (?:\$(?P=tag)\$|\Z) )
  | (?P<escaped> \b[eE]'(?:[^'\\]|\\.|'')*(?:'|\Z) )
  | (?P<text> (?:\b(?:[nNbBxX]|[uU]&))?'(?:[^']|'')*(?:'|\Z) )
"""
_IDENTIFIER = r"""
  | (?P<name> "(?:[^"]|"")*(?:"|\Z) | `[^`]*(?:`|\Z) )
"""
_REST = rf"""
  | (?P<place> %\(\w+\)s | %s | (?<![:\w]):\w+ | \$\d+ | \?\d* | @\w+ )
  | (?P<number> {_NUMBER} )
"""
_FLAGS = re.VERBOSE | re.DOTALL
_PLAIN = re.compile(_QUOTED + _IDENTIFIER + _REST, _FLAGS)
# There a text may stand in double quotes, and a backslash takes the meaning of one.
_BACKSLASHES = re.compile(
    r"""
    (?P<comment> --[^\n]* | \#[^\n]* | /\*.*?(?:\*/|\Z) )
  | (?P<text> (?:\b(?:[nNbBxX]|_\w+\s*))?'(?:[^'\\]|\\.|'')*(?:'|\Z)
        | "(?:[^"\\]|\\.|"")*(?:"|\Z) )
  | (?P<name> `[^`]*(?:`|\Z) )
"""
    + _REST,
    _FLAGS,
)
# SQLite takes a name that is no column for a text, where one is compared with it.
_COMPARED = re.compile(
    r"((?:[=<>]|\b(?:LIKE|GLOB|MATCH|REGEXP|BETWEEN|AND|IN\s*\())\s*)"
    r'"(?:[^"]|"")*"(?!\s*[.=<>])',
    re.IGNORECASE,
)
_SPACES = re.compile(r"\s+")
_LIST = re.compile(r"\(\s*\?(?:::\w+)?(?:\s*,\s*\?(?:::\w+)?)+\s*\)")
_LISTS = re.compile(r"\(\?, …\)(?:\s*,\s*\(\?, …\))+")
_ONES = re.compile(r"(\bVALUES\s*)\(\?(?:::\w+)?\)(?:\s*,\s*\(\?(?:::\w+)?\))+", re.I)


@lru_cache(maxsize=2_048)
def shape_of(sql: str, dialect: str) -> tuple[str, str]:
    """Return a hash of a statement's shape, and its text without values.

    Texts, numbers, places of values and comments go; lists of values are one, however
    long. Names stay. What is not closed ends with the text.
    """
    text = without_values(sql[:READ_CHARACTERS], dialect)
    text = _SPACES.sub(" ", text).strip().rstrip(";").strip()
    text = _LISTS.sub("(?, …), …", _LIST.sub("(?, …)", text))
    text = _ONES.sub(r"\1(?), …", text)
    if len(text) > SHAPE_CHARACTERS:
        text = text[: SHAPE_CHARACTERS - 1] + "…"
    return hashlib.sha256(f"{dialect}\0{text}".encode()).hexdigest()[:32], text


def without_values(sql: str, dialect: str) -> str:
    """Return a text of SQL with `?` for every value in it."""
    pattern = _BACKSLASHES if dialect == "mariadb" else _PLAIN
    text = pattern.sub(_shown, sql)
    return _COMPARED.sub(r"\1?", text) if dialect == "sqlite" else text


def count_places(sql: str) -> int:
    """Return how many values go into a statement, each by a `?` of its own."""
    return sum(found[0] == PLACE for found in _PLAIN.finditer(sql))


def _shown(found: re.Match[str]) -> str:
    if found.lastgroup == "name":
        return found[0]
    return " " if found.lastgroup == "comment" else PLACE
