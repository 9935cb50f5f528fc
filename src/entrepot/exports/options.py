"""What people may choose about a format, and what they chose, as its types."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from entrepot.base.errors import Invalid, UnknownName
from entrepot.exports.registry import FORMATS
from entrepot.exports.spec import ExportFormat, Option, Options

Choice = str | int | float | bool

_WORDS = {"true": True, "yes": True, "on": True, "1": True}
_WORDS |= {"false": False, "no": False, "off": False, "0": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatOption:
    """A choice people have about a format."""

    name: str
    type: str
    default: str | int | float | bool
    help: str
    choices: tuple[str | int | float | bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A way of writing rows to a file."""

    name: str
    summary: str
    media_type: str
    extension: str
    options: tuple[FormatOption, ...]


def list_formats() -> list[Format]:
    """Return every export format with its options, sorted by name."""
    return [_format(format) for format in FORMATS]


def read_options(format: ExportFormat, given: Mapping[str, object]) -> Options:
    """Return a value for each of the format's options; texts are read as its type.

    Raises:
        UnknownName: The format has no option of this name.
        Invalid: A value is not of the option's type, or not among its choices.
    """
    known = {option.name: option for option in format.options}
    for name in given:
        if name not in known:
            raise UnknownName(f"option of {format.name}", name, list(known))
    return {
        name: _read(option, given[name]) if name in given else option.default
        for name, option in known.items()
    }


def _read(option: Option, value: object) -> Choice:
    typed = _typed(option, value)
    if typed is None or (option.choices and typed not in option.choices):
        raise Invalid(
            f"the option {option.name} cannot be {value!r}",
            hint=f"{option.name}: {_wanted(option)}",
        )
    return typed


def _typed(option: Option, value: object) -> Choice | None:
    wanted = type(option.default)
    if wanted is bool:
        return _WORDS.get(str(value).strip().lower())
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if wanted is str:
        return str(value)
    try:
        number = float(value) if wanted is float else int(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _wanted(option: Option) -> str:
    if option.choices:
        return "one of " + ", ".join(map(repr, option.choices))
    kinds = {bool: "true or false", int: "a whole number", float: "a number"}
    return kinds.get(type(option.default), "text")


def _format(format: ExportFormat) -> Format:
    return Format(
        name=format.name,
        summary=format.summary,
        media_type=format.media_type,
        extension=format.extension,
        options=tuple(map(_option, format.options)),
    )


def _option(option: Option) -> FormatOption:
    return FormatOption(
        name=option.name,
        type=type(option.default).__name__,
        default=option.default,
        help=option.help,
        choices=option.choices,
    )
