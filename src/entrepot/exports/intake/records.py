"""Records out of their JSON, and which field is to blame where that fails."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from entrepot.base.errors import Invalid
from entrepot.exports.intake.scanner import Group
from entrepot.exports.intake.tokens import COLON, COMMA, tokens_of

Record = dict[str, object]

_BAD = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_SURE_DIGITS = 15


def exact_number(text: str) -> float | str:
    """Return a number as a double if that is the same number, else as its text."""
    value = float(text)
    if len(text) <= _SURE_DIGITS and "e" not in text and "E" not in text:
        return value
    try:
        is_same = math.isfinite(value) and Decimal(repr(value)) == Decimal(text)
    except InvalidOperation:  # an exponent beyond all reason
        is_same = False
    return value if is_same else text


# `Any`, which msgspec does not look at: `object` costs a call for each value.
_RECORDS = msgspec.json.Decoder(list[dict[str, Any]], float_hook=exact_number)
_RECORD = msgspec.json.Decoder(dict[str, Any], float_hook=exact_number)


def decode(group: Group, name: str, first: int) -> list[Record]:
    """Return a group's records.

    Args:
        name: Of the array, for messages.
        first: Which record of the array the group's first is.

    Raises:
        Invalid: One is no JSON object, or has a field twice.
    """
    try:
        records = _RECORDS.decode(b"[" + group.raw + b"]")
    except _BAD:
        raise _blame(group, name, first) from None
    # Fewer values than commas say, or fewer keys than colons.
    if len(records) != group.count or sum(map(len, records)) != group.fields:
        raise _blame(group, name, first)
    return records


def _blame(group: Group, name: str, first: int) -> Invalid:
    at = group.at
    for index, raw in enumerate(_parts(group.raw, depth=0), first):
        where = f"{name}[{index}]"
        why = _wrong(raw)
        if why is not None:
            field, words = why
            inside = f"{where}.{field}" if field else where
            return Invalid(f"{inside}: {words}", index=index, field=field, position=at)
        at += len(raw) + 1
    return Invalid(f"{name}[{first}]: cannot be read", index=first, position=group.at)


def _wrong(raw: bytes) -> tuple[str, str] | None:
    """Return the field of a record that is wrong, and why; no field if it is none."""
    if not raw.strip():
        return "", "there is no record between the commas"
    found = _word(_RECORD, raw)
    if found and raw.lstrip()[:1] != b"{":
        return "", f"a JSON object is wanted{_instead(raw)}"
    seen = set[str]()
    for member in _members(raw):
        key, value = member
        if value and (why := _word(msgspec.json, value)):
            return key, why
        if key in seen:
            return key, "is there twice"
        seen.add(key)
    return ("", found) if found else None


def _word(decoder: object, raw: bytes) -> str:
    """Return what is wrong with some JSON; nothing if it is right."""
    try:
        decoder.decode(raw)  # type: ignore[attr-defined]  # a decoder or its module
    except RecursionError:
        return "nested too deep"
    except UnicodeDecodeError:
        return "not UTF-8"
    except msgspec.DecodeError as error:
        if re.match(rb"\s*-?(NaN|Infinity)\b", raw):
            return f"{raw.strip().decode()} is not JSON; send null"
        words = re.sub(r" \(byte \d+\)| - at .*", "", str(error))
        if "truncated" in words and re.search(rb"\\u[dD][89a-fA-F]", raw):
            return "half of a surrogate pair is no character"
        words = words.replace("Input data was truncated", "is not JSON")
        return words.removeprefix("JSON is malformed: ")
    return ""


def _instead(raw: bytes) -> str:
    try:
        value = msgspec.json.decode(raw)
    except _BAD:
        return ""
    names = {str: "text", list: "an array", bool: "true or false", type(None): "null"}
    return f", not {names.get(type(value), 'a number')}"


def _members(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield key and value of each member of an object, as far as they can be told."""
    inside = raw.strip()[1:]
    for part in _parts(inside.rstrip()[:-1], depth=0):
        colons = tokens_of(part).at(COLON, 0)
        if len(colons):
            key = part[: int(colons[0])].strip()
            with_quotes = msgspec.json.decode(key, type=str) if _is_text(key) else None
            if with_quotes is not None:
                yield with_quotes, part[int(colons[0]) + 1 :]


def _is_text(raw: bytes) -> bool:
    try:
        msgspec.json.decode(raw, type=str)
    except _BAD:
        return False
    return True


def _parts(raw: bytes, *, depth: int) -> Iterator[bytes]:
    """Yield what is between the commas of one depth."""
    start = 0
    for comma in [*tokens_of(raw).at(COMMA, depth).tolist(), len(raw)]:
        yield raw[start:comma]
        start = comma + 1
