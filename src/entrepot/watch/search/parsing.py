"""What people write to find lines, read as a tree; what is wrong is pointed at."""

from __future__ import annotations

import difflib
import re
import unicodedata

from entrepot.base.errors import Invalid
from entrepot.watch.errors import InvalidQuery
from entrepot.watch.search.fields import FACT, FIELDS, NAMES, kind_of
from entrepot.watch.search.tree import And, Comparison, Node, Not, Or, Range, Term, Word
from entrepot.watch.search.values import check_values, is_pattern

LONGEST = 16_384
"""Characters of a search."""
MOST = 200
"""Conditions in it."""
DEEPEST = 40
"""Parentheses within each other, and words NOT after each other."""

_SPACE = re.compile(r"\s*")
_FIELD = re.compile(r"([A-Za-z_][\w.-]*):(?!//)", re.ASCII)
_BARE = re.compile(r'[^\s"()]+')
_PHRASE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_END = re.compile(r'[^\s"()\[\]{}]+')
_WORD = re.compile(r"(AND|OR|NOT)(?=[\s()\"]|$)")
_COMPARISON = re.compile(r">=|<=|>|<")
_MINUS = re.compile(r"-(?=[^\s)-])")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def parse_query(text: str, *, name: str = "q") -> Node | None:
    """Return what is looked for; None where nothing narrows.

    Args:
        name: Of the parameter that the text came in.

    Raises:
        InvalidQuery: It cannot be read; where, and what may be meant, is told.
    """
    if len(text) > LONGEST:
        raise InvalidQuery(
            f"{name}: longer than {LONGEST} characters",
            position=LONGEST + 1,
            hint="narrow by fields, such as timestamp and level, instead of many words",
        )
    return _Parser(text.replace("\0", " "), name).parse()


class _Parser:
    """Reads one text from left to right."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name
        self._at = 0
        self._depth = 0
        self._count = 0
        self._field = ""

    def parse(self) -> Node | None:
        found = self._alternatives() if self._peek() else None
        if self._peek():  # only a parenthesis ends what can be read
            raise self._wrong(
                self._at,
                "this parenthesis closes nothing",
                hint="remove it, or open one before; in quotes it is a character",
            )
        return found

    def _alternatives(self) -> Node | None:
        found = [self._together()]
        while self._takes_word("OR"):
            found.append(self._together())
        return _joined(Or, found)

    def _together(self) -> Node | None:
        found = [self._condition()]
        while self._peek() not in ("", ")") and self._word() != "OR":
            self._takes_word("AND")
            found.append(self._condition())
        return _joined(And, found)

    def _condition(self) -> Node | None:
        begin, word = self._at_next(), self._word()
        if word == "NOT" or _MINUS.match(self._text, begin):
            self._at += 3 if word == "NOT" else 1
            self._enter(begin)
            inner = self._condition()
            self._depth -= 1
            return None if inner is None else Not(inner)
        if word:
            before = "before" if self._at == 0 or begin == 0 else "just before"
            raise self._wrong(
                begin,
                f"{word} joins two conditions, and there is none {before} it",
                hint=f'to look for the word itself, write "{word}"',
            )
        if self._peek() == "(":
            return self._group()
        return self._one()

    def _group(self) -> Node | None:
        begin = self._at
        self._enter(begin)
        self._at += 1
        if self._peek() == ")":
            raise self._wrong(
                begin, "there is nothing between these parentheses", hint="remove them"
            )
        found = self._alternatives()
        if self._peek() != ")":
            raise self._wrong(
                begin, "this parenthesis is never closed", hint="add a ) at its end"
            )
        self._at += 1
        self._depth -= 1
        return found

    def _one(self) -> Node | None:
        begin = self._at_next()
        if self._peek() in ("", ")"):
            raise self._wrong(
                begin,
                "a condition is missing here",
                hint="write a word, or field:value; see the list of fields",
            )
        self._count += 1
        if self._count > MOST:
            raise self._wrong(begin, f"more than {MOST} conditions")
        if self._field:
            return self._value(self._field, begin)
        field = _FIELD.match(self._text, begin)
        if field is not None and self._is_field(field):
            return self._of_field(field)
        return _word(*self._text_here())

    def _is_field(self, field: re.Match[str]) -> bool:
        """Tell whether a field stands before the colon; in `Error: x` none does."""
        ends = field.end() == len(self._text) or self._text[field.end()].isspace()
        return not ends or field[1] in NAMES or field[1].startswith(FACT)

    def _of_field(self, field: re.Match[str]) -> Node | None:
        name = self._known(field)
        begin = self._at = field.end()
        if self._text[begin : begin + 1] == "(":
            self._field, outer = name, self._field
            found = self._group()
            self._field = outer
            return found
        return self._value(name, begin)

    def _known(self, field: re.Match[str]) -> str:
        said = field[1]
        if said.startswith(FACT) and said != FACT:
            return said
        if said.lower() in NAMES:
            return NAMES[said.lower()]
        near = difflib.get_close_matches(said.lower(), NAMES, n=3)
        listed = ", ".join(FIELDS)
        meant = f"did you mean {' or '.join(near)}?" if near else f"known: {listed}"
        raise self._wrong(
            field.start(),
            f"there is no field {said[:60]!r}",
            hint=f"{meant}; what a line tells besides is fields.{said[:60]}; "
            "put it in quotes to look for the words",
            known=list(FIELDS),
        )

    def _value(self, name: str, begin: int) -> Node | None:
        if self._text[begin : begin + 1] in ("[", "{"):
            return self._checked(self._range(name), begin)
        comparison: Comparison = ""
        if found := _COMPARISON.match(self._text, begin):
            comparison = found[0]  # type: ignore[assignment]  # it is one of them
            self._at = found.end()
        if self._at == len(self._text) or self._text[self._at] in " \t\r\n()":
            raise self._wrong(
                self._at,
                f"{name} needs a value here",
                hint=f"write {_example(name)}, without a space before the value",
            )
        text, is_quoted = self._text_here()
        term = Term(name, text, comparison, is_quoted)
        if kind_of(name) == "words" and not comparison:
            beginning = term.value if is_quoted else term.value.rstrip("*")
            if not is_pattern(Term(name, beginning, "", is_quoted)):
                return _word(beginning, is_quoted)
        return self._checked(_renamed(term), begin)

    def _range(self, name: str) -> Range:
        begin, opens = self._at, self._text[self._at]
        self._at += 1
        low = self._end(begin)
        if self._end(begin) != "TO":
            raise self._wrong(
                begin, "a range is written [a TO b]", hint=f"write {_example(name)}"
            )
        high = self._end(begin)
        closes = self._peek()
        if closes not in ("]", "}"):
            raise self._wrong(
                begin, "this range is never closed", hint="close it with ] or }"
            )
        self._at += 1
        return Range(
            name=name,
            low=low,
            high=high,
            has_low=opens == "[",
            has_high=closes == "]",
        )

    def _end(self, begin: int) -> str:
        if self._peek() == '"':
            return self._text_here()[0]
        found = _END.match(self._text, self._at)
        if found is None:
            raise self._wrong(
                begin,
                "a range has two ends",
                hint="write [a TO b], or * for no end: [a TO *]",
            )
        self._at = found.end()
        return found[0]

    def _text_here(self) -> tuple[str, bool]:
        """Return a word, or what stands in quotes, and whether it did."""
        if self._text[self._at] != '"':
            bare = _BARE.match(self._text, self._at)
            assert bare is not None  # callers have seen that something stands here
            self._at = bare.end()
            return bare[0], False
        phrase = _PHRASE.match(self._text, self._at)
        if phrase is None:
            raise self._wrong(
                self._at,
                "this quote is never closed",
                hint='add a " at its end; within quotes write \\" for one',
            )
        self._at = phrase.end()
        return _ESCAPED.sub(r"\1", phrase[1]), True

    def _checked(self, node: Term | Range, begin: int) -> Term | Range:
        try:
            check_values(node)
        except Invalid as error:
            raise self._wrong(begin, error.detail, hint=error.hint) from None
        return node

    def _enter(self, begin: int) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._wrong(begin, f"more than {DEEPEST} within each other")

    def _at_next(self) -> int:
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at
        return self._at

    def _peek(self) -> str:
        at = self._at_next()
        return self._text[at : at + 1]

    def _word(self) -> str:
        found = _WORD.match(self._text, self._at_next())
        return found[1] if found else ""

    def _takes_word(self, word: str) -> bool:
        is_there = self._word() == word
        self._at += len(word) * is_there
        return is_there

    def _wrong(
        self, at: int, what: str, *, hint: str | None = None, **facts: object
    ) -> InvalidQuery:
        return InvalidQuery(
            f"{self._name}, character {at + 1}: {what}",
            position=at + 1,
            hint=hint,
            **facts,
        )


def _word(text: str, is_phrase: bool) -> Word | None:
    # https://sqlite.org/fts5.html#unicode61_tokenizer: L*, N* and Co are in its index.
    if any(unicodedata.category(c)[0] in "LN" or _is_own(c) for c in text):
        return Word(text, is_phrase)
    return None


def _is_own(character: str) -> bool:
    return unicodedata.category(character) == "Co"


def _joined(kind: type[And | Or], found: list[Node | None]) -> Node | None:
    """Return what is there, joined; what narrows nothing is left out."""
    nodes: list[Node] = []
    for node in found:
        if isinstance(node, And | Or) and type(node) is kind:
            nodes.extend(node.nodes)
        elif node is not None:
            nodes.append(node)
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    return kind(tuple(nodes))


def _renamed(term: Term) -> Term:
    """Return the path that is meant where an endpoint begins as one."""
    if term.name == "endpoint" and term.value.startswith("/"):
        return Term("path", term.value, term.comparison, term.is_quoted)
    return term


def _example(name: str) -> str:
    return FIELDS[name].example if name in FIELDS else f"{name}:value"
