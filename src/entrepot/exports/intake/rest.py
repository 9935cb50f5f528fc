"""What a body has beside its records."""

from __future__ import annotations

import json
from typing import NoReturn

from entrepot.base.errors import Invalid, InvalidValue
from entrepot.exports.intake.scanner import Scanner

_BOM = b"\xef\xbb\xbf"


def rest_of(scanner: Scanner, member: tuple[str, ...]) -> dict[str, object]:
    """Return the other members of a body that has been read to its end.

    The records' own member is not among them. A body that is the array itself has no
    others.

    Raises:
        Invalid: They are no JSON, not an object, or a name is there twice.
    """
    raw = bytes(scanner.rest)
    try:
        found = json.loads(
            raw.decode(), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except UnicodeDecodeError as error:
        raise Invalid(f"the body is not UTF-8 at byte {_at(scanner, error.start)}")  # noqa: B904  # the bytes are not to be told
    except json.JSONDecodeError as error:
        at = _at(scanner, len(error.doc[: error.pos].encode()))
        raise Invalid(
            f"the body is not JSON at byte {at}: {error.msg}", position=at
        ) from None
    except (RecursionError, ValueError) as error:
        if isinstance(error, Invalid):
            raise
        raise Invalid(f"the body is not JSON: {error}") from None
    return _without(found, member, is_found=scanner.is_found)


def _without(
    found: object, member: tuple[str, ...], *, is_found: bool
) -> dict[str, object]:
    if not member and is_found:
        return {}
    if not isinstance(found, dict):
        wanted = "an array of objects" if not member else "a JSON object"
        raise Invalid(f"the body must be {wanted}, not {_kind(found)}")
    if not member:
        raise Invalid("the body must be an array of objects, not an object")
    place: object = found
    for name in member[:-1]:
        place = place.get(name) if isinstance(place, dict) else None
    if isinstance(place, dict) and member[-1] in place:
        value = place.pop(member[-1])
        if not is_found and value is not None:
            raise InvalidValue(
                f"{'.'.join(member)}: an array of objects is wanted, not {_kind(value)}"
            )
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidValue(f"{twice[:100]} is there twice")
    return made


def _no_constant(text: str) -> NoReturn:
    raise InvalidValue(f"{text} is not JSON; send null")


def _at(scanner: Scanner, place: int) -> int:
    """Return where in the body a place of its rest is."""
    start, size = scanner.hole
    return place + size if scanner.is_found and place >= start else place


def _kind(value: object) -> str:
    if value is None:
        return "null"
    kinds = {str: "text", list: "an array", bool: "true or false", dict: "an object"}
    return kinds.get(type(value), "a number")
