"""A template's text to a template, or to everything that is wrong with it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import msgspec

from entrepot.exports.template.checking import Fault, Shape
from entrepot.exports.template.document import TemplateDocument
from entrepot.exports.template.errors import InvalidTemplate, Mistake
from entrepot.exports.template.places import (
    JsonPlaces,
    Place,
    Places,
    TomlPlaces,
)
from entrepot.exports.template.rules import find_breaches

Syntax = Literal["toml", "json"]

MOST_CHARACTERS = 262_144
MOST_MISTAKES = 200
LINE_CHARACTERS = 20_000
"""In TOML: the parser's time grows with the square of a line of dots."""

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A template, or None and what is wrong with its text."""

    template: TemplateDocument | None
    mistakes: list[Mistake]


def syntax_of(text: str) -> Syntax:
    """Return in which syntax a text seems to be written."""
    return "json" if text.lstrip()[:1] == "{" else "toml"


def parse_template(text: str, syntax: Syntax | None = None) -> TemplateDocument:
    """Return the template that a text describes.

    Raises:
        InvalidTemplate: It has mistakes; all of them are told.
    """
    checked = check_template(text, syntax)
    if checked.template is None:
        raise InvalidTemplate(checked.mistakes)
    return checked.template


def check_template(text: str, syntax: Syntax | None = None) -> Checked:
    """Return a template, or its mistakes in the order of the lines."""
    syntax = syntax or syntax_of(text)
    try:
        _check_size(text, syntax)
        document = _loaded(text, syntax)
        places = (JsonPlaces if syntax == "json" else TomlPlaces)(text)
    except InvalidTemplate as error:
        return Checked(template=None, mistakes=error.mistakes)
    except RecursionError:
        mistake = Mistake(line=1, column=1, message="the document is nested too deeply")
        return Checked(template=None, mistakes=[mistake])
    shape = Shape(document, TemplateDocument)
    twice: list[Fault] = [(path, "is said twice") for path in places.repeated]
    found = [*twice, *shape.faults, *find_breaches(shape, document)]
    if found:
        return Checked(template=None, mistakes=_mistakes(found, places))
    template = msgspec.convert(document, TemplateDocument)
    return Checked(template=template, mistakes=[])


def _check_size(text: str, syntax: Syntax) -> None:
    if len(text) > MOST_CHARACTERS:
        raise _too_long(1, "template", MOST_CHARACTERS)
    if syntax == "json":
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LINE_CHARACTERS:
            raise _too_long(number, "line", LINE_CHARACTERS)


def _too_long(line: int, what: str, most: int) -> InvalidTemplate:
    return _fault(Place(line, 1), f"a {what} has up to {most:,} characters")


def _loaded(text: str, syntax: Syntax) -> object:
    try:
        return json.loads(text) if syntax == "json" else tomllib.loads(text)
    except json.JSONDecodeError as error:
        raise _fault(Place(error.lineno, error.colno), _lower(error.msg)) from None
    except tomllib.TOMLDecodeError as error:
        raise _toml_fault(str(error), text) from None


def _toml_fault(words: str, text: str) -> InvalidTemplate:
    found = _AT.search(words)
    said = _lower(_AT.sub("", words))
    if found and found[1]:
        return _fault(Place(int(found[1]), int(found[2])), said)
    lines = text.split("\n")
    return _fault(Place(len(lines), len(lines[-1]) + 1), f"{said} at the end")


def _fault(place: Place, message: str) -> InvalidTemplate:
    return InvalidTemplate(
        [Mistake(line=place.line, column=place.column, message=message)]
    )


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _mistakes(faults: Iterable[Fault], places: Places) -> list[Mistake]:
    found = []
    for path, words in faults:
        place = places.of(path)
        found.append(
            Mistake(
                line=place.line,
                column=place.column,
                message=f"{_shown(path)}: {words}" if path else words,
            )
        )
    return sorted(found, key=lambda m: (m.line, m.column))[:MOST_MISTAKES]


def _shown(path: Iterable[str | int]) -> str:
    text = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in path)
    return text.removeprefix(".")
