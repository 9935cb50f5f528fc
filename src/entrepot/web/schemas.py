"""Types as JSON schemas, with the words of their docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

Json = dict[str, Any]

_REF = "#/components/schemas/{name}"
_ATTRIBUTE = re.compile(r"^ {4}(\w+(?:, \w+)*): (.*(?:\n {8}.*)*)", re.MULTILINE)


def describe_types(types: Iterable[Any]) -> tuple[dict[Any, Json], dict[str, Json]]:
    """Return the schema of each type (None is left out), and the shared components.

    What a dataclass's docstring says under `Attributes:` stands with the properties.
    """
    wanted = [*dict.fromkeys(t for t in types if t is not None)]
    found, components = msgspec.json.schema_components(
        wanted, ref_template=_REF, schema_hook=_schema_of_unknown
    )
    for component in components.values():
        _place_words(component)
    return dict(zip(wanted, found, strict=True)), components


def _schema_of_unknown(kind: type) -> Json:
    """Return the schema of a type that msgspec has none for; `object` is any value."""
    if kind is object:
        return {"description": "A value of any type."}
    raise NotImplementedError(f"{kind} has no JSON schema")


def _place_words(component: Json) -> None:
    text = inspect.cleandoc(component.get("description", ""))
    said, _, attributes = text.partition("\n\nAttributes:\n")
    if said:
        component["description"] = said
    properties = component.get("properties", {})
    for name, words in _attributes(attributes):
        if name in properties:
            properties[name].setdefault("description", words)


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    for names, words in _ATTRIBUTE.findall(text):
        for name in names.split(", "):
            yield name, " ".join(words.split())
