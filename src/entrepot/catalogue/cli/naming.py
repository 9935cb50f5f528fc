"""Products and values as people write them at the terminal."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from entrepot.base.errors import InvalidValue, NotThere, UnknownName
from entrepot.catalogue.editing.values import WHOLE
from entrepot.catalogue.fields import FIELDS, Kind
from entrepot.catalogue.models import Product, Version


def product_id(session: Session, name: str) -> int:
    """Return the id of the product with this SKU or id; also of a deleted one by id.

    Raises:
        NotThere: There is none, and there was none.
    """
    found = session.scalar(select(Product.id).where(Product.sku == name.upper()))
    if found is not None:
        return found
    number = int(name) if name.isascii() and name.isdigit() else 0
    known = (
        select(Product.id).where(Product.id == number),
        select(Version.product_id).where(Version.product_id == number).limit(1),
    )
    if not 0 < number <= WHOLE or all(session.scalar(one) is None for one in known):
        raise NotThere("product", name, [])
    return number


def parse_values(pairs: Sequence[str]) -> dict[str, object]:
    """Return the values of `field=value`; an empty value takes away what is there.

    Raises:
        InvalidValue: It is no such pair, or not a value of the field's kind.
        UnknownName: There is no such field.
    """
    values: dict[str, object] = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign:
            raise InvalidValue(f"{pair!r} is not field=value")
        if name not in FIELDS:
            raise UnknownName("field", name, list(FIELDS))
        try:
            values[name] = _PARSE[FIELDS[name].kind](text) if text else None
        except (ValueError, msgspec.DecodeError):
            raise InvalidValue(f"{name} cannot be {text!r}") from None
    return values


def _truth(text: str) -> bool:
    return {"true": True, "yes": True, "false": False, "no": False}[text.lower()]


def _boolean(text: str) -> bool:
    try:
        return _truth(text)
    except KeyError:
        raise ValueError(text) from None


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_PARSE: dict[Kind, Callable[[str], object]] = {
    "text": str,
    "money": str,
    "word": str,
    "number": _number,
    "integer": int,
    "boolean": _boolean,
    "list": msgspec.json.decode,
    "object": msgspec.json.decode,
}
