"""Give a template's text another name."""

from __future__ import annotations

import json

from entrepot.exports.template.places import JsonPlaces, TomlPlaces
from entrepot.exports.template.reading import Syntax


def renamed(text: str, syntax: Syntax, name: str) -> str:
    """Return a text that has no mistakes with another name, else as it is written."""
    places = (JsonPlaces if syntax == "json" else TomlPlaces)(text)
    start, end = places.value_of(("name",))
    text = text if syntax == "json" else text.replace("\r\n", "\n")
    return f"{text[:start]}{json.dumps(name)}{text[end:]}"
