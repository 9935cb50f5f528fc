"""What the shape alone does not say of a template: its parts must fit each other."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping

from entrepot.base.errors import EntrepotError
from entrepot.exports.options import read_options
from entrepot.exports.registry import FORMATS
from entrepot.exports.template.checking import Fault, Shape
from entrepot.exports.template.document import About, Column, Sheet, TemplateDocument
from entrepot.exports.template.locales import LOCALES
from entrepot.exports.template.number_formats import is_number_format
from entrepot.exports.template.placeholders import PLACEHOLDERS, unknown_placeholders
from entrepot.exports.template.places import Path
from entrepot.exports.wanted import Source


def find_breaches(shape: Shape, document: object) -> Iterator[Fault]:
    """Yield what is wrong with the parts of a template that have the right shape."""
    for path, template in shape.all_of(TemplateDocument):
        yield from _template(path, template, document)
    for path, about in shape.all_of(About):
        yield from _patterns(path, about, "title", "creator", "subject", "description")
    for path, sheet in shape.all_of(Sheet):
        yield from _patterns(path, sheet, "name", "batch_name")
    for path, source in shape.all_of(Source):
        yield from _source(path, source)
    yield from _names(shape)
    yield from _columns(shape, document)


def _template(
    path: Path, template: TemplateDocument, document: object
) -> Iterator[Fault]:
    patterns = ("file_name", "batch_file_name", "archive_name")
    yield from _patterns(path, template, *patterns)
    if not (isinstance(document, dict) and document.get("sheets")):
        yield (*path, "sheets"), "a template has at least one sheet"
    if template.format not in FORMATS.names():
        yield (*path, "format"), _no_such("format", template.format, FORMATS.names())
    if template.locale and template.locale not in LOCALES:
        yield (*path, "locale"), _no_such("locale", template.locale, LOCALES)
    for name, options in template.options.items():
        yield from _options((*path, "options", name), name, options)


def _options(path: Path, name: str, options: Mapping[str, object]) -> Iterator[Fault]:
    if name not in FORMATS.names():
        yield path, _no_such("format", name, FORMATS.names())
        return
    for option, value in options.items():
        try:
            read_options(FORMATS.get(name), {option: value})
        except EntrepotError as error:
            hint = f"; {error.hint}" if error.hint else ""
            yield (*path, option), f"{error.detail}{hint}"


def _patterns(path: Path, part: object, *members: str) -> Iterator[Fault]:
    for member in members:
        for name in unknown_placeholders(getattr(part, member)):
            yield (*path, member), _no_such("placeholder", name, PLACEHOLDERS)


def _names(shape: Shape) -> Iterator[Fault]:
    """Two sheets of one name, or two columns of one header: one would be lost."""
    seen: dict[tuple[Path, str], int | str] = {}
    for path, sheet in shape.all_of(Sheet):
        first = seen.setdefault((path[:-1], sheet.name.casefold()), path[-1])
        if first != path[-1]:
            yield (*path, "name"), f"{_nth('sheet', first)} is {sheet.name!r} too"
    for path, column in shape.all_of(Column):
        header = column.header or column.field
        first = seen.setdefault((path[:-1], header), path[-1])
        if header and first != path[-1]:
            member = "header" if column.header else "field"
            yield (*path, member), f"{_nth('column', first)} is {header!r} too"


def _nth(what: str, number: int | str) -> str:
    return f"{what} {int(number) + 1}"


def _source(path: Path, source: Source) -> Iterator[Fault]:
    for member in ("records", "upload", "spool", "sheet"):
        if getattr(source, member):
            yield (*path, member), "a template reads from a connection only"
    if not source.connection:
        yield path, "a source names its 'connection'"
    if bool(source.table) == bool(source.query):
        yield path, "a source has a 'table' or a 'query'"


def _columns(shape: Shape, document: object) -> Iterator[Fault]:
    maps = document.get("maps", {}) if isinstance(document, dict) else {}
    known = [*maps] if isinstance(maps, dict) else []
    for path, column in shape.all_of(Column):
        if column.map and column.map not in known:
            yield (*path, "map"), _no_such("map", column.map, known)
        if column.map and column.values:
            yield (*path, "values"), "a column has a 'map' or 'values', not both"
        if not is_number_format(column.format):
            yield (*path, "format"), f"Excel has no such format: {column.format!r}"
        if column.instead and column.instead == column.field:
            yield (*path, "instead"), "stands in for itself"


def _no_such(what: str, name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    if close:
        return f"there is no {what} {name!r}; did you mean {close[0]!r}?"
    return f"there is no {what} {name!r}; known are {', '.join(known) or 'none'}"
