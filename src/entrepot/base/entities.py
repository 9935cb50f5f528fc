"""What the documents' tables share: times, defaults, money, JSON that sees changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Dialect,
    Numeric,
    TypeDecorator,
    false,
    inspect,
    text,
    true,
)
from sqlalchemy.ext.mutable import MutableDict, MutableList
from sqlalchemy.orm import Mapped, Mapper, mapped_column
from sqlalchemy.types import TypeEngine

from entrepot.base.errors import IllegalMove, InvalidValue
from entrepot.base.store import UtcDateTime
from entrepot.base.times import now

NOW = text("CURRENT_TIMESTAMP")
"""The database's clock, for rows that plain SQL writes."""

Yes = Annotated[bool, mapped_column(default=True, server_default=true())]
No = Annotated[bool, mapped_column(default=False, server_default=false())]
Count = Annotated[int, mapped_column(default=0, server_default="0")]


class Entity:
    """A row that has its columns' defaults from the moment it is made."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**(_defaults(type(self)) | values))


class Timestamps(Entity):
    """When a row was made, and when it last changed."""

    created_at: Mapped[datetime] = mapped_column(
        UtcDateTime, default=now, server_default=NOW, sort_order=900
    )
    updated_at: Mapped[datetime] = mapped_column(
        UtcDateTime, default=now, onupdate=now, server_default=NOW, sort_order=901
    )


def _defaults(cls: type) -> dict[str, Any]:
    mapper: Mapper[Any] = inspect(cls)
    made = {}
    for attribute in mapper.column_attrs:
        default = attribute.columns[0].default
        if default is not None and default.is_scalar:
            made[attribute.key] = default.arg
        elif default is not None and default.is_callable:
            made[attribute.key] = default.arg(None)
    return made


def one_of(column: str, words: Collection[str]) -> CheckConstraint:
    """Return the constraint that a column holds one of the words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def check_word(what: str, word: object, words: Collection[str]) -> str:
    """Return the word if it is one of these.

    Raises:
        InvalidValue: It is not; the message lists them.
    """
    if not isinstance(word, str) or word not in words:
        raise InvalidValue(f"{what} must be one of {', '.join(words)}, not {word!r}")
    return str(word)


def check_move(
    what: str, old: str | None, new: str, moves: dict[str, tuple[str, ...]]
) -> str:
    """Return the new state if the old one leads there; no old one leads anywhere.

    Raises:
        InvalidValue: There is no such state.
        IllegalMove: The old state does not lead there.
    """
    check_word("status", new, moves)
    if old not in (None, new) and new not in moves[old or ""]:
        leads = " or ".join(moves[old or ""]) or "nothing else"
        raise IllegalMove(
            f"{what} that is {old} cannot become {new}",
            hint=f"{old} leads to {leads}",
            state=old,
        )
    return new


def check_count(what: str, number: object, *, at_most: int | None = None) -> int:
    """Return a whole number from 0 up.

    Raises:
        InvalidValue: It is not one.
    """
    wanted = "0 or more" if at_most is None else f"0 to {at_most}"
    is_whole = isinstance(number, int) and not isinstance(number, bool)
    if not is_whole or number < 0 or (at_most is not None and number > at_most):  # type: ignore[operator]  # is_whole says so
        raise InvalidValue(f"{what} must be a whole number, {wanted}, not {number!r}")
    return number  # type: ignore[return-value]  # as above


def check_text(what: str, value: object, *, at_most: int) -> str:
    """Return a text without blanks around it, which is not empty.

    Raises:
        InvalidValue: It is empty, too long, or not text.
    """
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > at_most:
        raise InvalidValue(f"{what} must be a text of 1 to {at_most} characters")
    return text


def money(what: str, value: object, *, digits: int = 12, scale: int = 2) -> Decimal:
    """Return an amount exactly as it was written: `19.99` is 19.99 as a float too.

    Raises:
        InvalidValue: It is no number, negative, or has too many digits.
    """
    try:
        amount = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
        exact = amount.quantize(Decimal(1).scaleb(-scale))
    except InvalidOperation:
        raise InvalidValue(f"{what} must be an amount, not {value!r}") from None
    if not exact.is_finite() or exact != amount or exact >= 10 ** (digits - scale):
        raise InvalidValue(
            f"{what} has at most {digits - scale} digits before and {scale} after the "
            f"point, unlike {value!r}"
        )
    if exact < 0:
        raise InvalidValue(f"{what} must be 0 or more, not {value!r}")
    return abs(exact)


class Money(TypeDecorator[Decimal]):
    """An amount as a `Decimal`; SQLite keeps it as a number that gives the same."""

    impl = Numeric
    cache_ok = True

    def __init__(self, digits: int = 12, scale: int = 2) -> None:
        super().__init__(digits, scale)
        self.digits, self.scale = digits, scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Let SQLite, which has no decimals, send and give floats."""
        kept: Numeric[Any] = Numeric(self.digits, self.scale)
        if dialect.name == "sqlite":
            kept = Numeric(self.digits, self.scale, asdecimal=False)
        return dialect.type_descriptor(kept)

    def process_bind_param(self, value: object, dialect: Dialect) -> Any:
        """Take what `Decimal` and `float` mean in decimal notation."""
        if value is None:
            return None
        amount = Decimal(str(value))
        return float(amount) if dialect.name == "sqlite" else amount

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Give as many places as the column has."""
        if value is None:
            return None
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-self.scale))


def json_list() -> Any:
    """Return the type of a JSON list whose changes in place are stored."""
    return MutableList.as_mutable(JSON(none_as_null=True))


def json_object() -> Any:
    """Return the type of a JSON object whose changes in place are stored."""
    return MutableDict.as_mutable(JSON(none_as_null=True))
