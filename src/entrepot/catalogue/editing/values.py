"""Values of fields: from what people and programs send to what the columns hold."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from entrepot.base.entities import check_text, check_word, money
from entrepot.base.errors import InvalidValue, NotThere, UnknownName
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.fields import FIELDS, Field, Kind
from entrepot.catalogue.product_models import CURRENCY, Product
from entrepot.catalogue.words import PRODUCT_STATUSES

WHOLE = 2**31 - 1
"""The largest number of a whole column on PostgreSQL."""
TEXT_CHARACTERS = 1_000_000
"""Of a text that has no bound of its own."""


def clean(values: Mapping[str, object]) -> dict[str, object]:
    """Return the values as the columns hold them.

    Raises:
        UnknownName: There is no such field.
        InvalidValue: A value is not possible.
    """
    for name in values:
        if name not in FIELDS:
            raise UnknownName("field", name, list(FIELDS))
    return {name: clean_one(FIELDS[name], value) for name, value in values.items()}


def clean_one(field: Field, value: object) -> object:
    """Return one value as its column holds it.

    Raises:
        InvalidValue: It is not possible.
    """
    if value is None:
        if field.is_required:
            raise InvalidValue(f"{field.name} must have a value")
        return None
    return _CLEAN[field.kind](field, value)


def check_category(session: Session, values: Mapping[str, object]) -> None:
    """Refuse a category that is not there.

    Raises:
        NotThere: There is none with this id.
    """
    wanted = values.get("category_id")
    if wanted is not None and session.get(Category, wanted) is None:
        raise NotThere("category", str(wanted), [])


def plain(value: object) -> object:
    """Return a column's value as JSON has it: an amount is a number."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return dict(value)
    return list(value) if isinstance(value, list) else value


def tidy(name: str, value: object) -> object:
    """Return a value out of a stored version alike, whichever database wrote it."""
    kind = FIELDS[name].kind if name in FIELDS else "text"
    if value is None:
        return None
    if kind == "boolean":
        return bool(value)
    if kind in ("money", "number"):
        return float(str(value))
    return value


def state_of(product: Product) -> dict[str, object]:
    """Return all fields of a product, as JSON has them."""
    return {name: plain(getattr(product, name)) for name in FIELDS}


def _text(field: Field, value: object) -> str:
    most = field.characters or TEXT_CHARACTERS
    if field.is_required:
        text = check_text(field.name, value, at_most=most)
        return _CAPITALS.get(field.name, str)(text)
    if not isinstance(value, str) or len(value) > most or "\0" in value:
        raise InvalidValue(f"{field.name} must be a text of at most {most} characters")
    return value


def _currency(text: str) -> str:
    if not CURRENCY.fullmatch(text.upper()):
        raise InvalidValue(
            f"currency must be three letters such as EUR, not {text[:20]}"
        )
    return text.upper()


def _number(field: Field, value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or value < 0:  # type: ignore[arg-type,operator]  # is_number says so
        raise InvalidValue(f"{field.name} must be a number from 0 up, not {value!r}")
    return float(value)  # type: ignore[arg-type]  # as above


def _integer(field: Field, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > WHOLE:
        raise InvalidValue(f"{field.name} must be a whole number, not {value!r}")
    return value


def _boolean(field: Field, value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidValue(f"{field.name} must be true or false, not {value!r}")
    return value


def _list(field: Field, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InvalidValue(f"{field.name} must be a list of texts")
    return list(value)


def _object(field: Field, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise InvalidValue(f"{field.name} must be a JSON object")
    return dict(value)


_CAPITALS: dict[str, Callable[[str], str]] = {"sku": str.upper, "currency": _currency}
_CLEAN: dict[Kind, Callable[[Field, object], object]] = {
    "text": _text,
    "money": lambda field, value: money(field.name, value),
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "word": lambda field, value: check_word(field.name, value, PRODUCT_STATUSES),
    "list": _list,
    "object": _object,
}


def defaults() -> dict[str, object]:
    """Return what the fields have where nobody says anything; None for the others."""
    product = Product()
    found = {name: getattr(product, name, None) for name in FIELDS}
    return {name: value for name, value in found.items() if name not in NEEDED}


NEEDED = ("sku", "name", "price")
"""Fields without which there is no product, and which have no default."""
