"""The shape of a message: what all messages have in common that say the same.

Numbers, ids, times and what stands in quotes differ from line to line; in a shape a
`*` stands for each. SQLite's GLOB compares messages with it: no line keeps its shape.
"""

from __future__ import annotations

import re

LONGEST = 200
"""Characters of a message that its shape tells of."""
MOST_STARS = 16
ANY = "*"

_VARYING = re.compile(
    r"""(?<!\w)"[^"\n]{0,200}"(?!\w)"""
    r"""|(?<!\w)'[^'\n]{0,200}'(?!\w)"""
    r"""|\w*\d\w*(?:[-.:,/@+]\w*\d\w*)*"""
)
_NEIGHBOURS = re.compile(r"\*(?:[-.:,/@+]?\*)+")
_WORD = re.compile(r"[A-Za-z0-9]+")
_FOREIGN = re.compile(r"\S*[^\x00-\x7f]\S*")
"""What the index may cut into words in another way than we do."""
_CUT_WORD = re.compile(r"\w*$")
_EDGE = re.compile(r"\s+$")
_BLANK = f"{ANY} \t\r\f\v"


def shape_of(message: str) -> str:
    """Return the shape of a message; empty where nothing tells it from others."""
    text = message.lstrip()
    told, _, more = text[:LONGEST].partition("\n")
    if len(text) > LONGEST and not more:
        told = _CUT_WORD.sub("", told) or told
    shape = _EDGE.sub(ANY, _VARYING.sub(ANY, told))
    if not any(map(str.isalpha, shape)):
        shape = told
    if text != message:
        shape = ANY + shape
    if told != text:
        shape += ANY
    shape = _bounded(shape)
    return shape if shape.strip(_BLANK) else ""


def _bounded(shape: str) -> str:
    parts = _NEIGHBOURS.sub(ANY, shape).split(ANY)
    if len(parts) > MOST_STARS:
        parts = [*parts[:MOST_STARS], ""]
    return ANY.join(parts)


def glob_of(shape: str) -> str:
    """Return what GLOB is asked for a shape: only its stars stand for something else.

    Source: https://sqlite.org/lang_expr.html#glob
    """
    return shape.replace("[", "[[]").replace("?", "[?]")


def phrases_of(shape: str) -> list[str]:
    """Return words that follow each other in every message of a shape.

    A word that touches a star may be a part of one, and is left out.
    """
    found = []
    parts = shape.split(ANY)
    for number, part in enumerate(parts):
        begin = re.match(r"\w*", part).end() if number else 0  # type: ignore[union-attr]  # it matches nothing, too
        last = number == len(parts) - 1
        end = len(part) if last else _CUT_WORD.search(part).start()  # type: ignore[union-attr]  # likewise
        for run in _FOREIGN.split(part[begin:end]):
            words = _WORD.findall(run)
            if words:
                found.append(" ".join(words))
    return found
