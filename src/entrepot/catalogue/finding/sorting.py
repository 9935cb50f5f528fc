"""Orders of products, and the key of a row from which the next page goes on."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, literal, or_, tuple_

from entrepot.base.errors import Invalid
from entrepot.catalogue.documents.claims import P
from entrepot.catalogue.finding.conditions import D
from entrepot.catalogue.finding.spec import SORTS, ProductQuery, Sort

_COLUMNS: dict[Sort, Any] = {
    name: P.c[name] for name in SORTS if name not in ("quality", "relevance")
} | {"quality": D.c.quality}
_READ: dict[Sort, Callable[[str], object]] = {
    "price": Decimal,
    "inventory_quantity": int,
    "quality": int,
    "created_at": datetime.fromisoformat,
    "updated_at": datetime.fromisoformat,
}
"""How a key's value is read; the others are texts."""


class Key(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page ends.

    Attributes:
        value: The last row's, as text; None where it has none.
        at: Its id; in order of relevance how many rows came before.
    """

    sort: str
    order: str
    value: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Order:
    """An order with the products' ids behind it, so that no two rows are equal."""

    sort: Sort
    is_down: bool

    @property
    def column(self) -> Any:
        """Return what is sorted by."""
        return _COLUMNS[self.sort]

    def clauses(self) -> list[Any]:
        """Return what to order by; rows without a value come last, either way."""
        columns = [P.c.id] if self.sort == "id" else [self.column, P.c.id]
        sorted_by = [c.desc() if self.is_down else c.asc() for c in columns]
        if self.column.nullable:
            sorted_by[0] = sorted_by[0].nulls_last()
        return sorted_by

    def after(self, key: Key) -> ColumnElement[bool]:
        """Return the condition for what comes behind a row."""
        column, at = self.column, P.c.id
        if self.sort == "id":
            return at < key.at if self.is_down else at > key.at
        beyond = at < key.at if self.is_down else at > key.at
        if key.value is None:
            return and_(column.is_(None), beyond)
        here = literal(self._value(key.value), column.type)
        pair, last = tuple_(column, at), tuple_(here, literal(key.at))
        behind = pair < last if self.is_down else pair > last
        return or_(behind, column.is_(None)) if column.nullable else behind

    def _value(self, text: str) -> object:
        try:
            return _READ.get(self.sort, str)(text)
        except (ValueError, InvalidOperation, OverflowError):
            raise _no_cursor() from None


def order_of(wanted: ProductQuery) -> Order:
    """Return the order that is asked for: by relevance for words, else by id.

    Raises:
        Invalid: There is no such order.
    """
    sort = wanted.sort or ("relevance" if wanted.q.strip() else "id")
    if sort not in SORTS:
        raise Invalid(f"products are sorted by {', '.join(SORTS)}, not {sort!r}")
    if sort == "relevance" and not wanted.q.strip():
        sort = "id"
    return Order(sort, wanted.order == "desc")


def read_key(wanted: ProductQuery, order: Order) -> Key | None:
    """Return where the page before ended.

    Raises:
        Invalid: The cursor is none of ours, or of another order.
    """
    if not wanted.cursor:
        return None
    padded = wanted.cursor + "=" * (-len(wanted.cursor) % 4)
    try:
        text = base64.b64decode(padded, altchars=b"-_", validate=True)
        key = msgspec.json.decode(text, type=Key)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise _no_cursor() from None
    if (key.sort, key.order) != (order.sort, wanted.order) or abs(key.at) >= 2**31:
        raise _no_cursor()
    return key


def write_key(wanted: ProductQuery, order: Order, value: object, at: int) -> str:
    """Return the cursor that goes on behind a row."""
    if isinstance(value, datetime):
        value = value.isoformat()
    text = None if value is None else str(value)
    key = msgspec.json.encode(Key(order.sort, wanted.order, text, at))
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _no_cursor() -> Invalid:
    return Invalid(
        "the cursor is not one of this list and order",
        hint="take `next` of the page before as it is, or begin without one",
    )
