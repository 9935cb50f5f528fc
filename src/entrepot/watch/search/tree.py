"""What a search says, as a tree; and the text that says it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Comparison = Literal["", ">", ">=", "<", "<="]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the message, as the beginning of one; a phrase stands there just so."""

    text: str
    is_phrase: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """What a field of the line must be.

    Attributes:
        name: Of `FIELDS`, or `fields.` and the name of a further fact.
        is_quoted: `*` and `?` in the value stand for themselves.
    """

    name: str
    value: str
    comparison: Comparison = ""
    is_quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Between what a field of the line must be; `*` is no end.

    Attributes:
        has_low, has_high: The end itself belongs to it.
    """

    name: str
    low: str
    high: str
    has_low: bool = True
    has_high: bool = True


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """What must hold together; two at least."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Of what one must hold; two at least."""

    nodes: tuple[Node, ...]


Node = Word | Term | Range | Not | And | Or

_END = re.compile(r'[^\s"()\[\]{}]+')
_BARE = re.compile(r"(?!-|(?:AND|OR|NOT)$|[A-Za-z_][A-Za-z0-9_.-]*:)[^\s\"()]+")


def render_tree(node: Node) -> str:
    """Return the text of a search, which reads as the same tree."""
    match node:
        case Word():
            return _quoted(node.text) if node.is_phrase else _word(node.text)
        case Term():
            value = _quoted(node.value) if node.is_quoted else node.value
            return f"{node.name}:{node.comparison}{value}"
        case Range():
            opens, closes = "{["[node.has_low], "}]"[node.has_high]
            low, high = _end(node.low), _end(node.high)
            return f"{node.name}:{opens}{low} TO {high}{closes}"
        case Not():
            return f"NOT {_inner(node.node)}"
        case And():
            return " AND ".join(_inner(one) for one in node.nodes)
        case Or():
            return " OR ".join(_inner(one) for one in node.nodes)


def _inner(node: Node) -> str:
    text = render_tree(node)
    return f"({text})" if isinstance(node, And | Or) else text


def _word(text: str) -> str:
    return text if _BARE.fullmatch(text) else f"message:{text}"


def _end(text: str) -> str:
    return text if _END.fullmatch(text) and text != "TO" else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
