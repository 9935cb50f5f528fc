"""Connections that the setting ENTREPOT_CONNECTIONS gives."""

from __future__ import annotations

import json

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.settings import Settings
from entrepot.connections import settings as knobs
from entrepot.connections.addresses import Address, parse_address
from entrepot.connections.names import check_name


def read_given(settings: Settings) -> dict[str, Address]:
    """Return the setting's connections by name.

    Raises:
        Invalid: An entry is wrong; the message says which, without its URL.
    """
    given: dict[str, Address] = {}
    for name, url in _pairs(settings[knobs.GIVEN]):
        if name in given:
            raise Invalid(f"{knobs.GIVEN.variable} has {name!r} twice")
        try:
            given[check_name(name)] = parse_address(url, settings)
        except EntrepotError as error:
            raise Invalid(
                f"{knobs.GIVEN.variable}, entry {name!r}: {error.detail}",
                hint=error.hint,
            ) from error
    return given


def _pairs(text: str) -> list[tuple[str, str]]:
    if text.lstrip().startswith("{"):
        return _json_pairs(text)
    pairs = []
    for place, entry in enumerate(text.split(), start=1):
        name, equals, url = entry.partition("=")
        if not equals:
            raise Invalid(
                f"{knobs.GIVEN.variable}, entry {place}: it has no name",
                hint="write name=url; blanks in a path need the JSON form",
            )
        pairs.append((name, url))
    return pairs


def _json_pairs(text: str) -> list[tuple[str, str]]:
    try:
        pairs: list[tuple[str, object]] = json.loads(text, object_pairs_hook=list)
    except ValueError:
        raise Invalid(f"{knobs.GIVEN.variable} is not a JSON object") from None
    for name, url in pairs:
        if not isinstance(url, str):
            raise Invalid(f"{knobs.GIVEN.variable}, entry {name!r}: no URL text")
    return [(name, str(url)) for name, url in pairs]
