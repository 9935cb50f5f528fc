"""A search as a condition on the rows of the log's tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from entrepot.base.times import now
from entrepot.watch.lines.reading import Value
from entrepot.watch.lines.span import first_millisecond
from entrepot.watch.search.fields import FACT, kind_of
from entrepot.watch.search.tree import And, Node, Not, Or, Range, Term, Word
from entrepot.watch.search.values import (
    bounds_of,
    find_number,
    interval_of,
    is_any,
    is_pattern,
    levels_of,
    parse_number,
    status_class,
)
from entrepot.watch.spec import LEVELS

# "GET /api/products 200": the method, the path, three digits.
PATH = (
    "CASE WHEN logs.endpoint IS NOT NULL THEN substr(logs.message, "
    "instr(logs.message, ' ') + 1, "
    "length(logs.message) - instr(logs.message, ' ') - 4) END"
)
"""The path of an answered request."""
TRACE = f"coalesce(logs.trace_id, substr('{'0' * 32}' || logs.request_id, -32))"
"""A trace that began here has its request's id, and is not kept again."""
_PLAIN = re.compile(r"[A-Za-z0-9_.: -]+", re.ASCII)
"""What JSON writes as it is, whoever wrote it."""
_DIGITS = re.compile(r"-?[1-9]\d{0,14}", re.ASCII)
"""Of a number how each way to write it begins, but for those with exponents."""
_WITHIN = "rowid BETWEEN :first{place} AND :last{place}"


@dataclass(slots=True)
class Condition:
    """Makes one text of a tree; each part of it is true or false, never NULL.

    Attributes:
        place: Number of the span whose ends are `:first…` and `:last…`.
        values: What the texts made so far name.
    """

    place: int
    values: dict[str, Value] = field(default_factory=dict)

    def text(self, node: Node) -> str:
        """Return the condition that a node is."""
        match node:
            case Word():
                return self._words(node)
            case Not():
                return f"NOT {self.text(node.node)}"
            case And() | Or():
                return self._joined(node)
            case Term() | Range():
                return self._of_field(node)

    def _joined(self, node: And | Or) -> str:
        if match_of(node):
            return self._words(node)
        word = " AND " if isinstance(node, And) else " OR "
        return f"({word.join(self.text(one) for one in node.nodes)})"

    def _words(self, node: Node) -> str:
        within = _WITHIN.format(place=self.place)
        asked = f"logs_words MATCH {self._name(match_of(node))} AND {within}"
        return f"(+logs.id IN (SELECT rowid FROM logs_words WHERE {asked}))"

    def _of_field(self, node: Term | Range) -> str:
        """Return the condition, behind what is compared quickly and holds wherever."""
        parts = [self._name(part) for part in parts_of(node)]
        text = self._exactly(node)
        quick = [f"instr(logs.custom_fields, {part})" for part in parts]
        if kind_of(node.name) == "path" and isinstance(node, Term) and is_pattern(node):
            around = self._name(f"* {glob_of(node.value)} *")
            quick = [f"logs.message GLOB {around}"]
        return (
            f"CASE WHEN {' AND '.join(quick)} THEN {text} ELSE 0 END" if quick else text
        )

    def _exactly(self, node: Term | Range) -> str:
        kind, column = kind_of(node.name), self._column(node.name)
        if is_any(node):
            return f"({column} IS NOT NULL)"
        if kind == "level":
            return self._level(node)
        if kind == "time":
            return self._time(node)
        if bounds_of(node):
            return self._bounds(node, column)
        if kind == "fact":
            return self._fact(node, column)
        if kind == "number":
            return self._number(node, column)
        return self._text(node, column)

    def _level(self, node: Term | Range) -> str:
        levels = levels_of(node)
        names = ", ".join(self._name(level) for level in levels)
        return "(1)" if levels == LEVELS else f"(+logs.level IN ({names}))"

    def _time(self, node: Term | Range) -> str:
        texts = ["1"]
        since, until = interval_of(node, now())
        if since is not None:
            texts.append(f"logs.timestamp >= {self._name(first_millisecond(since))}")
        if until is not None:
            texts.append(f"logs.timestamp < {self._name(first_millisecond(until))}")
        return f"({' AND '.join(texts)})"

    def _bounds(self, node: Term | Range, column: str) -> str:
        texts = [
            f"{column} {way} {self._name(parse_number(node.name, text))}"
            for way, text in bounds_of(node)
        ]
        if node.name.startswith(FACT):  # texts are beyond all numbers, to SQLite
            texts.insert(0, f"typeof({column}) IN ('integer', 'real')")
        return f"coalesce({' AND '.join(texts)}, 0)"

    def _number(self, node: Term | Range, column: str) -> str:
        if codes := status_class(node):
            first, last = (self._name(code) for code in codes)
            return f"coalesce({column} BETWEEN {first} AND {last}, 0)"
        assert isinstance(node, Term)  # a range without ends is any
        return f"({column} IS {self._name(parse_number(node.name, node.value))})"

    def _fact(self, node: Term | Range, column: str) -> str:
        assert isinstance(node, Term)
        # SQLite tells true and false as 1 and 0; people write the words.
        kind = column.replace("json_extract", "json_type")
        told = f"CASE {kind} WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE "
        found = self._text(node, f"{told}CAST({column} AS TEXT) END")
        number = None if node.is_quoted else find_number(node.value)
        if number is None:
            return found
        is_number = f"typeof({column}) <> 'text' AND {kind} NOT IN ('true', 'false')"
        same = f"coalesce({column} = {self._name(number)} AND {is_number}, 0)"
        return f"({found} OR {same})"

    def _text(self, node: Term | Range, column: str) -> str:
        assert isinstance(node, Term)
        kind = kind_of(node.name)
        value = node.value.lower() if kind == "trace" else node.value
        if is_pattern(node):
            return f"coalesce({column} GLOB {self._name(glob_of(value))}, 0)"
        if kind == "logger":
            below = f"substr({column}, 1, {len(value) + 1})"
            name, beginning = self._name(value), self._name(f"{value}.")
            return f"({column} IS {name} OR {below} IS {beginning})"
        return f"({column} IS {self._name(value)})"

    def _column(self, name: str) -> str:
        if name.startswith(FACT):
            path = '$."' + name.removeprefix(FACT) + '"'
            extract = f"json_extract(logs.custom_fields, {self._name(path)})"
            return f"CASE WHEN json_valid(logs.custom_fields) THEN {extract} END"
        return {"path": PATH, "trace": TRACE}.get(kind_of(name), f"+logs.{name}")

    def _name(self, value: Value) -> str:
        for name, known in self.values.items():
            if known == value and type(known) is type(value):
                return f":{name}"
        name = f"sought{len(self.values)}"
        self.values[name] = value
        return f":{name}"


def parts_of(node: Term | Range) -> list[str]:
    """Return texts that the further facts of every line have that a node finds."""
    name = node.name.removeprefix(FACT)
    if name == node.name:
        return []
    parts = [f'"{name}"'] if _PLAIN.fullmatch(name) else []
    if isinstance(node, Range) or bounds_of(node) or is_any(node) or is_pattern(node):
        return parts
    is_number = find_number(node.value) is not None
    form = _DIGITS if is_number else _PLAIN
    return [*parts, node.value] if form.fullmatch(node.value) else parts


def match_of(node: Node) -> str:
    """Return what the index of words is asked; empty where it cannot answer alone."""
    if isinstance(node, Word):
        quoted = '"' + node.text.replace('"', " ") + '"'
        return quoted if node.is_phrase else f"{quoted}*"
    if not isinstance(node, And | Or):
        return ""
    texts = [match_of(one) for one in node.nodes]
    word = " AND " if isinstance(node, And) else " OR "
    return f"({word.join(texts)})" if all(texts) else ""


def split_matches(node: Node | None) -> tuple[list[str], Node | None]:
    """Return what the index of words answers alone, and what is left to compare."""
    nodes = node.nodes if isinstance(node, And) else (node,) if node else ()
    matches = [match for one in nodes if (match := match_of(one))]
    rest = tuple(one for one in nodes if not match_of(one))
    if len(rest) > 1:
        return matches, And(rest)
    return matches, rest[0] if rest else None


def hints_of(node: Node | None) -> list[str]:
    """Return what the index of words finds for every line that has such a path."""
    nodes = node.nodes if isinstance(node, And) else (node,) if node else ()
    paths = [one for one in nodes if isinstance(one, Term) and one.name == "path"]
    return [hint for one in paths if (hint := _hint(one))]


def _hint(term: Term) -> str:
    path = term.value
    literal = re.split(r"[*?]", path)[0] if is_pattern(term) else path
    if not re.search(r"[^\W_]", literal) or '"' in literal:
        return ""
    is_cut = literal != path and re.search(r"[^\W_]$", literal)
    return f'"{literal}"*' if is_cut else f'"{literal}"'


def has_words(node: Node | None) -> bool:
    """Tell whether the index of words is asked somewhere in it."""
    if isinstance(node, And | Or):
        return any(has_words(one) for one in node.nodes)
    return has_words(node.node) if isinstance(node, Not) else isinstance(node, Word)


def glob_of(pattern: str) -> str:
    """Return a pattern as SQLite's GLOB has it: brackets are only characters here."""
    return pattern.replace("[", "[[]")
