"""Lists and objects, as JSON text or as people write them into one cell."""

from __future__ import annotations

import re

import msgspec

from entrepot.feeds.reading.work import Fault

_BETWEEN = re.compile(r"\s*[|;\n]\s*|\s*,\s*(?=https?://|//)|\s+(?=https?://)")

NO_LIST = Fault("not-a-list", "begins as a JSON list and is none")
NO_OBJECT = Fault("not-an-object", "is not a JSON object")


def read_list(text: str) -> str | Fault:
    """Return a list of texts as JSON; signs between them are `|`, `;` and line ends."""
    if text.startswith("["):
        try:
            items = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeError):
            return NO_LIST
        if not isinstance(items, list):
            return NO_LIST
    else:
        items = [item.strip() for item in _BETWEEN.split(text) if item.strip()]
    return msgspec.json.encode([_text(item) for item in items]).decode()


def read_object(text: str) -> str | Fault:
    """Return a JSON object, written as short as it can be."""
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError):
        return NO_OBJECT
    if not isinstance(found, dict):
        return NO_OBJECT
    return msgspec.json.encode(found).decode()


def _text(item: object) -> object:
    """Return the address of a picture that some programs wrap into an object."""
    if isinstance(item, dict):
        wrapped = (item.get(key) for key in ("src", "url", "href", "link"))
        return next((found for found in wrapped if found), item)
    return item
