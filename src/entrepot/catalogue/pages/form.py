"""What the form of a product says, as text, and the values that it means."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from werkzeug.datastructures import MultiDict

from entrepot.base.entities import money
from entrepot.base.errors import EntrepotError, InvalidValue
from entrepot.catalogue.fields import FIELDS, Field
from entrepot.catalogue.pages.category_field import CategoryField
from entrepot.catalogue.pages.form_fields import label_of

LARGEST_WHOLE = 2_147_483_647


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductForm:
    """The fields as text, by name.

    Attributes:
        version: That of the product which they were written over; 0 for a new one.
        wrongs: What is wrong with a field, by its name.
        category: What is said of the category.
    """

    texts: Mapping[str, str]
    version: int = 0
    wrongs: Mapping[str, str] = field(default_factory=dict)
    category: CategoryField = field(default_factory=CategoryField)


def form_of(values: Mapping[str, object], version: int = 0) -> ProductForm:
    """Return the form of a product's values."""
    texts = {name: text_of(one, values.get(name)) for name, one in FIELDS.items()}
    return ProductForm(texts=texts, version=version)


def read_form(form: MultiDict[str, str]) -> ProductForm:
    """Return what was sent; a field that is not in it is empty, or unticked."""
    texts = {name: form.get(name, "").replace("\r\n", "\n") for name in FIELDS}
    return ProductForm(texts=texts, version=form.get("version", 0, type=int))


def read_values(
    form: ProductForm, names: Sequence[str] = ()
) -> tuple[dict[str, object], dict[str, str]]:
    """Return the values of the fields, all or these, and what is wrong with others."""
    values: dict[str, object] = {}
    wrongs: dict[str, str] = {}
    for name in names or FIELDS:
        try:
            values[name] = value_of(FIELDS[name], form.texts[name])
        except EntrepotError as error:
            wrongs[name] = error.detail
    return values, wrongs


def changed_names(form: ProductForm, before: Mapping[str, object]) -> list[str]:
    """Return the fields whose text is another than that of these values."""
    old = form_of(before).texts
    return [name for name in FIELDS if form.texts[name].strip() != old[name].strip()]


def text_of(one: Field, value: object) -> str:
    """Return a value as its field has it."""
    if value is None:
        return ""
    if one.kind == "boolean":
        return "yes" if value else ""
    if one.kind == "list":
        return "\n".join(str(item) for item in _items(value))
    if one.name == "custom_attributes" and isinstance(value, Mapping):
        return "\n".join(f"{key}: {_fact(fact)}" for key, fact in value.items())
    if one.kind == "object":
        return json.dumps(value, ensure_ascii=False, indent=2) if value else ""
    if one.kind == "money" and isinstance(value, int | float):  # as versions have it
        return f"{value:.2f}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def value_of(one: Field, text: str) -> object:
    """Return what a field's text means; None for an empty one.

    Raises:
        InvalidValue: It is none of its kind; the message names the field.
    """
    said = text.strip()
    if one.kind == "boolean":
        return said.lower() in ("yes", "on", "true", "1")
    if not said:
        if one.is_required:
            raise InvalidValue(f"{label_of(one.name)} must not be empty")
        return None
    if one.name == "custom_attributes":
        return _facts(said)
    return _READERS[one.kind](one, said)


def _text(one: Field, said: str) -> str:
    most = one.characters
    if most is not None and len(said) > most:
        raise InvalidValue(
            f"{label_of(one.name)} has {len(said):,} characters; {most:,} fit"
        )
    return said


def _money(one: Field, said: str) -> Decimal:
    return money(label_of(one.name), said)


def _number(one: Field, said: str) -> float:
    try:
        found = float(said)
    except ValueError:
        found = math.nan
    if not math.isfinite(found) or found < 0:
        raise InvalidValue(
            f"{label_of(one.name)}: {said[:50]!r} is not a number, 0 or more"
        )
    return found


def _integer(one: Field, said: str) -> int:
    if not said.isascii() or not said.isdigit() or int(said[:20]) > LARGEST_WHOLE:
        raise InvalidValue(f"{label_of(one.name)}: {said[:50]!r} is not a whole number")
    return int(said)


def _list(one: Field, said: str) -> list[str]:
    return [line.strip() for line in said.splitlines() if line.strip()]


def _object(one: Field, said: str) -> dict[str, object]:
    try:
        found = json.loads(said)
    except (ValueError, RecursionError) as error:
        raise InvalidValue(f"{label_of(one.name)} is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise InvalidValue(f"{label_of(one.name)} must be a JSON object")
    return found


_READERS = {
    "text": _text,
    "word": _text,
    "money": _money,
    "number": _number,
    "integer": _integer,
    "list": _list,
    "object": _object,
}


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _fact(fact: object) -> str:
    """Write an attribute's value: a text that looks like JSON, and lines, as JSON."""
    if isinstance(fact, str) and "\n" not in fact and _reads_as_text(fact):
        return fact
    return json.dumps(fact, ensure_ascii=False)


def _reads_as_text(fact: str) -> bool:
    return fact == fact.strip() and _value_of_fact(fact) == fact


def _value_of_fact(said: str) -> object:
    """Read numbers, lists and quoted texts as JSON has them, all else as it stands."""
    try:
        found: object = json.loads(said)
    except (ValueError, RecursionError):
        return said
    if isinstance(found, float) and not math.isfinite(found):
        return said
    return found


def _facts(said: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for line in filter(None, map(str.strip, said.splitlines())):
        key, colon, value = line.partition(":")
        if not colon or not key.strip():
            raise InvalidValue(
                f"Attributes: {line[:50]!r} has no colon; write colour: blue"
            )
        found[key.strip()] = _value_of_fact(value.strip())
    return found
