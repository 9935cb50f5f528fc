"""HANA's SQL, token by token, made into what DuckDB understands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.hana_double.errors import HanaError
from tests.hana_double.types import DUCKDB

TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<comment>--[^\n]*|/\*.*?\*/)
      | (?P<hex>[xX]'[0-9A-Fa-f]*')
      | (?P<text>[nN]?'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")*")
      | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)
      | (?P<word>[^\W\d][\w$\#]*)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a statement: what it is, how it is written, where it begins."""

    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """Return a word in capitals; empty for anything else."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def name(self) -> str:
        """Return the name it stands for: bare ones are in capitals."""
        if self.kind == "quoted":
            return self.text[1:-1].replace('""', '"')
        return self.text.upper()


def tokens_of(sql: str) -> list[Token]:
    """Return the tokens of one statement, without what people leave behind it.

    Raises:
        HanaError: There are several statements, or a comment is open.
    """
    found = [Token(str(m.lastgroup), m[0], m.start()) for m in TOKEN.finditer(sql)]
    said = [t for t in found if t.kind not in ("space", "comment")]
    while said and said[-1].text == ";":
        found.remove(said.pop())
    for token in said:
        if token.text == ";" or token.text in ('"', "'"):
            raise syntax_error(token.text, sql, token.at)
    return found


def syntax_error(near: str, sql: str, at: int) -> HanaError:
    """Return what HANA says of a statement that it cannot read."""
    before = sql[:at]
    line, column = before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
    text = f'sql syntax error: incorrect syntax near "{near}"'
    place = f"line {line} col {column} (at pos {at + 1})"
    return HanaError(257, f"{text}: {place}", position=at + 1)


def said(tokens: list[Token]) -> list[Token]:
    """Return the tokens that say something."""
    return [t for t in tokens if t.kind not in ("space", "comment")]


def duckdb_sql(tokens: list[Token], known: dict[str, str]) -> str:
    """Return the statement as DuckDB reads it; bare names are in capitals.

    Args:
        known: What HANA's words without brackets stand for, e.g. CURRENT_USER.
    """
    return "".join(_translated(tokens, known))


def _translated(tokens: list[Token], known: dict[str, str]) -> Iterator[str]:
    is_named = False
    for place, token in enumerate(tokens):
        follows_dot = is_named and tokens[place - 1].text == "."
        if token.kind == "word" and not follows_dot:
            yield _word(token.word, tokens[place + 1 : place + 2], known)
        elif token.kind == "hex":
            yield f"from_hex({token.text[1:]})"
        elif token.kind == "text":
            yield token.text.lstrip("nN")
        else:
            yield token.word or token.text
        is_named = True


def _word(word: str, following: list[Token], known: dict[str, str]) -> str:
    if word in known:
        return known[word]
    is_sized = bool(following) and following[0].text == "("
    if word == "DECIMAL" and not is_sized:
        return "DECIMAL(38,10)"
    return DUCKDB.get(word, word)
