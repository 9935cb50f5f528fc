"""What `docs/reference/templates.md` says, read from the classes of a template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from entrepot.exports import wanted
from entrepot.exports.template import document
from entrepot.exports.template.placeholders import PLACEHOLDERS

PARTS: dict[str, type[Struct]] = {
    "The document": document.TemplateDocument,
    "`[header]`": document.Header,
    "`[properties]`": document.About,
    "`[limits]`": document.Limits,
    "`split`": wanted.Split,
    "`[[sheets]]`": document.Sheet,
    "`[[sheets.columns]]`": document.Column,
    "`[sheets.source]`": wanted.Source,
    "`sort`, each of them": wanted.SortKey,
}
"""By heading; operations follow."""

_MEMBER = re.compile(r"^([a-z_, ]+): (.+)$")


def rows() -> Iterator[tuple[str, str, str, str]]:
    """Yield (part, member, what it takes, what it says) of every member."""
    for heading, part in PARTS.items():
        yield from _rows(heading, part)
    for operation in get_args(wanted.Operation):
        tag = operation.__struct_config__.tag
        yield (f"operation `{tag}`", "`type`", f'`"{tag}"`', _sentence(operation))
        yield from _rows(f"operation `{tag}`", operation)


def placeholder_rows() -> Iterator[tuple[str, str]]:
    """Yield every placeholder and what it becomes."""
    return ((f"`{{{name}}}`", words) for name, words in PLACEHOLDERS.items())


def _rows(heading: str, part: type[Struct]) -> Iterator[tuple[str, str, str, str]]:
    kinds = get_type_hints(part, include_extras=True)
    told = _told(part)
    for field in msgspec.structs.fields(part):
        needed = "; needed" if field.required else ""
        takes = f"{_takes(kinds[field.name])}{needed}"
        yield heading, f"`{field.name}`", takes, told.get(field.name, "")


def _takes(kind: Any) -> str:
    """Return a type in words."""
    if hasattr(kind, "__metadata__"):
        told = [m.description for m in kind.__metadata__ if isinstance(m, Meta)]
        return next(filter(None, told), None) or _takes(get_args(kind)[0])
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner if value != "")
    if origin is list:
        return f"list: {_takes(inner[0])}"
    if origin is dict:
        return f"table: {_takes(inner[1])}"
    if inner:
        words = dict.fromkeys(_takes(one) for one in inner if one is not type(None))
        return " or ".join(words)
    names = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    if isinstance(kind, type) and issubclass(kind, Struct):
        tag = kind.__struct_config__.tag
        return f"`{tag}`" if tag else "table"
    return names.get(kind, "any")


def _told(part: type[Struct]) -> dict[str, str]:
    """Return what a docstring says of each member."""
    _, _, text = (part.__doc__ or "").partition("Attributes:\n")
    found: dict[str, str] = {}
    names: list[str] = []
    for line in map(str.strip, text.splitlines()):
        match = _MEMBER.match(line)
        if match:
            names = match[1].split(", ")
            line = match[2]
        for name in names if line else ():
            found[name] = f"{found.get(name, '')} {line}".strip()
    return found


def _sentence(part: type[Struct]) -> str:
    text = (part.__doc__ or "").partition("Attributes:")[0]
    return " ".join(text.split())
