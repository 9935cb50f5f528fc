"""Names of objects in a statement, read from its tokens."""

from __future__ import annotations

from tests.hana_double.errors import HanaError
from tests.hana_double.words import Token

Name = tuple[str, str]
"""A schema, empty where none is written, and an object."""


def read_name(tokens: list[Token], at: int) -> tuple[Name, int]:
    """Return the name that begins at a token, and the place behind it.

    Raises:
        HanaError: No name is there.
    """
    if at >= len(tokens) or tokens[at].kind not in ("word", "quoted"):
        near = tokens[at].text if at < len(tokens) else ""
        raise HanaError(257, f'sql syntax error: incorrect syntax near "{near}"')
    first = tokens[at].name
    if at + 2 < len(tokens) and tokens[at + 1].text == ".":
        return (first, tokens[at + 2].name), at + 3
    return ("", first), at + 1


def split_list(tokens: list[Token], at: int) -> list[list[Token]]:
    """Return what stands between the commas of the brackets that open at a token."""
    items: list[list[Token]] = [[]]
    depth = 0
    for token in tokens[at:]:
        if token.text == "(":
            depth += 1
            if depth == 1:
                continue
        elif token.text == ")":
            depth -= 1
            if depth == 0:
                break
        if token.text == "," and depth == 1:
            items.append([])
        else:
            items[-1].append(token)
    return items


def find_word(tokens: list[Token], word: str, start: int = 0) -> int:
    """Return the place of a bare word; -1 where it is not."""
    return next((n for n, t in enumerate(tokens) if n >= start and t.word == word), -1)


def quoted(name: str) -> str:
    """Write a name."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Write a text."""
    return "'" + text.replace("'", "''") + "'"
