"""The types of configured values: from text to value, and back to one text."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable

from entrepot.base.errors import InvalidValue
from entrepot.base.settings import FALSE, TRUE

Json = str | int | float | bool | list[object] | dict[str, object] | None

LARGEST = 2**53 - 1
"""Whole numbers beyond it are not the same in every program that reads JSON."""

LONGEST_CHARACTERS = 64_000
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def parse_value(data_type: str, text: str) -> Json:
    """Return what a text means as one of `DATA_TYPES`.

    Raises:
        InvalidValue: It is not of that type.
    """
    return _PARSERS[data_type](text)


def render_value(data_type: str, value: object) -> str:
    """Return the one text for a value; a text is read as the type first.

    Raises:
        InvalidValue: It is not of that type, too long, or holds control characters.
    """
    if isinstance(value, str):
        found = parse_value(data_type, value)
    else:
        found = _checked(data_type, value)
    text = found if isinstance(found, str) and data_type == "string" else _json(found)
    if len(text) > LONGEST_CHARACTERS:
        raise InvalidValue(f"a value has at most {LONGEST_CHARACTERS:,} characters")
    return text


def _checked(data_type: str, value: object) -> Json:
    if data_type == "json":
        return parse_value("json", _json(value))
    if isinstance(value, bool):
        return value if data_type == "boolean" else _refuse(data_type, value)
    if isinstance(value, int | float) and data_type in ("integer", "float"):
        is_whole = isinstance(value, int) or value.is_integer()
        if data_type == "integer" and is_whole:
            return _integer(str(int(value)))
        return _float(str(value)) if data_type == "float" else _refuse(data_type, value)
    return _refuse(data_type, value)


def _refuse(data_type: str, value: object) -> Json:
    raise InvalidValue(
        f"the value must be {WORDS[data_type]}, not {str(value)[:100]!r}"
    )


def _string(text: str) -> str:
    if CONTROLS.search(text):
        raise InvalidValue("a value is text without control characters")
    return text


def _integer(text: str) -> Json:
    if not re.fullmatch(r"\s*[+-]?[0-9]{1,16}\s*", text) or abs(int(text)) > LARGEST:
        return _refuse("integer", text)
    return int(text)


def _float(text: str) -> Json:
    try:
        value = float(text)
    except ValueError:
        return _refuse("float", text)
    return value if math.isfinite(value) else _refuse("float", text)


def _boolean(text: str) -> Json:
    word = text.strip().lower()
    if word not in TRUE | FALSE:
        return _refuse("boolean", text)
    return word in TRUE


def _json_of(text: str) -> Json:
    try:
        value: Json = json.loads(text, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False).encode()  # half a character is no text
    except (ValueError, RecursionError):
        return _refuse("json", text)
    return value


def _no_constant(word: str) -> object:
    raise ValueError(word)


def _json(value: object) -> str:
    if isinstance(value, float):
        return repr(value)
    try:
        return json.dumps(value, ensure_ascii=True, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise InvalidValue("the value cannot be written as JSON") from None


_PARSERS: dict[str, Callable[[str], Json]] = {
    "string": _string,
    "integer": _integer,
    "float": _float,
    "boolean": _boolean,
    "json": _json_of,
}
DATA_TYPES = tuple(_PARSERS)
WORDS = {
    "string": "a text",
    "integer": "a whole number",
    "float": "a number",
    "boolean": "true or false",
    "json": "JSON",
}
