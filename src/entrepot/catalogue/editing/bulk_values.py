"""What a bulk change makes of one product's values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Literal

from entrepot.base.errors import Invalid, InvalidValue, UnknownName
from entrepot.catalogue.editing.values import clean_one
from entrepot.catalogue.fields import FIELDS

Verb = Literal["set", "add_percent", "replace", "add_tag", "remove_tag"]
TAGS = "custom_attributes"
"""The field whose member `tags` holds a product's tags."""
ALONE = ("sku", "shopify_product_id")
"""Fields that no two products share, so that many cannot be set at once."""

_CENT = Decimal("0.01")
Values = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChange:
    """One thing to do to every product.

    Attributes:
        verb: `set` a field to `value`; `add_percent` of `value` to a price; `replace`
            `search` by `value` in a text; `add_tag`, `remove_tag`.
        field: Not needed for tags.
    """

    verb: Verb
    value: object = None
    field: str = ""
    search: str = ""


def field_of(change: BulkChange) -> str:
    """Return the field that a change writes."""
    return TAGS if change.verb in ("add_tag", "remove_tag") else change.field


def check_changes(changes: Sequence[BulkChange]) -> None:
    """Refuse what can be done to no product.

    Raises:
        Invalid: There is no change, or one does not fit its field.
        InvalidValue: A value is not possible.
        UnknownName: There is no such field.
    """
    if not changes:
        raise Invalid("there is nothing to change")
    for change in changes:
        name = field_of(change)
        if name not in FIELDS:
            raise UnknownName("field", name, list(FIELDS))
        if name in ALONE:
            raise Invalid(f"no two products may have the same {name}")
        _CHECKS[change.verb](change)


def change_values(
    values: Mapping[str, object], changes: Sequence[BulkChange]
) -> Values:
    """Return the values of the changed fields, one change after another.

    Raises:
        InvalidValue: A product cannot have what would come out.
    """
    now = dict(values)
    for change in changes:
        name = field_of(change)
        made = _MAKES[change.verb](change, now[name])
        now[name] = clean_one(FIELDS[name], made)
    return now


def percent_of(change: BulkChange) -> Decimal:
    """Return the percentage.

    Raises:
        InvalidValue: It is none.
    """
    try:
        percent = Decimal(str(change.value))
    except InvalidOperation:
        percent = Decimal("NaN")
    if not percent.is_finite() or not -100 <= percent <= 10_000:
        raise InvalidValue(f"a percentage is -100 to 10000, not {change.value!r}")
    return percent


def _check_set(change: BulkChange) -> None:
    clean_one(FIELDS[change.field], change.value)


def _check_percent(change: BulkChange) -> None:
    if FIELDS[change.field].kind != "money":
        raise Invalid(f"{change.field} is no price")
    percent_of(change)


def _check_replace(change: BulkChange) -> None:
    if FIELDS[change.field].kind != "text":
        raise Invalid(f"{change.field} is no text")
    if not change.search or not isinstance(change.value, str):
        raise InvalidValue("replace needs a text to search for, and one instead of it")


def _check_tag(change: BulkChange) -> None:
    tag = change.value
    if not isinstance(tag, str) or not 1 <= len(tag.strip()) <= 100:
        raise InvalidValue("a tag is a text of 1 to 100 characters")


def _raise(change: BulkChange, old: object) -> object:
    if not isinstance(old, Decimal):
        return old
    raised = old * (100 + percent_of(change)) / 100
    return raised.quantize(_CENT, rounding=ROUND_HALF_UP)


def _replace(change: BulkChange, old: object) -> object:
    return (
        old.replace(change.search, str(change.value)) if isinstance(old, str) else old
    )


def tags_of(attributes: object) -> list[str]:
    """Return the tags in custom attributes, a list or a text with commas."""
    found = attributes.get("tags") if isinstance(attributes, dict) else None
    if isinstance(found, str):
        found = found.split(",")
    listed = found if isinstance(found, list) else []
    return [text for one in listed if (text := str(one).strip())]


def _tag(change: BulkChange, old: object) -> object:
    tag, tags = str(change.value).strip(), tags_of(old)
    if (tag in tags) == (change.verb == "add_tag"):
        return old
    kept = [*tags, tag] if change.verb == "add_tag" else [t for t in tags if t != tag]
    return {**(old if isinstance(old, dict) else {}), "tags": kept}


_CHECKS: dict[Verb, Callable[[BulkChange], None]] = {
    "set": _check_set,
    "add_percent": _check_percent,
    "replace": _check_replace,
    "add_tag": _check_tag,
    "remove_tag": _check_tag,
}
_MAKES: dict[Verb, Callable[[BulkChange, object], object]] = {
    "set": lambda change, old: change.value,
    "add_percent": _raise,
    "replace": _replace,
    "add_tag": _tag,
    "remove_tag": _tag,
}
