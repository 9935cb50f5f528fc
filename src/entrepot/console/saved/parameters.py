"""Parameters of a query: those its SQL has, and values of the right type for them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from entrepot.base.errors import Invalid, InvalidValue, UnknownName
from entrepot.console.binding import place_names
from entrepot.console.saved.spec import Parameter, Type
from entrepot.console.spec import Scalar

_BIG = 2**63
_MOST_PLACES = 1_000
"""Of a decimal, around its point: `1e999999999` is short, and long to write."""


def declared(
    sql: str, parameters: Sequence[Parameter] | None, dialect: str
) -> list[Parameter]:
    """Return a query's parameters, checked against its SQL; from it alone if None.

    Raises:
        Invalid: One has no place in the SQL, a place has none, one is there twice, or
            its default is not of its type.
    """
    names = place_names(sql, dialect)
    if parameters is None:
        return [Parameter(name=name) for name in names]
    given = [parameter.name for parameter in parameters]
    for name in given:
        if name not in names:
            raise Invalid(
                f"the parameter {name} has no place in the SQL",
                hint=f"write :{name} where its value goes, or leave it out",
            )
        if given.count(name) > 1:
            raise Invalid(f"the parameter {name} is there twice")
    for name in names:
        if name not in given:
            raise Invalid(
                f"there is no parameter for :{name}",
                hint="declare it, with its type",
            )
    for parameter in parameters:
        _check(parameter)
    return list(parameters)


def _check(parameter: Parameter) -> None:
    if parameter.type == "choice" and not parameter.choices:
        raise Invalid(f"the parameter {parameter.name} has no choices")
    if parameter.default is not None:
        typed(parameter, parameter.default)


def values_for(
    parameters: Sequence[Parameter], given: Mapping[str, Scalar]
) -> dict[str, Scalar]:
    """Return what to bind: values that were given, defaults, or NULL.

    Raises:
        UnknownName: There is no such parameter.
        Invalid: One is missing.
        InvalidValue: One is not of its parameter's type.
    """
    known = [parameter.name for parameter in parameters]
    for name in given:
        if name not in known:
            raise UnknownName("parameter", name, known)
    return {parameter.name: _value(parameter, given) for parameter in parameters}


def _value(parameter: Parameter, given: Mapping[str, Scalar]) -> Scalar:
    value = given.get(parameter.name)
    if value is None or (value == "" and parameter.type != "text"):
        value = parameter.default
    if value is not None:
        return typed(parameter, value)
    if parameter.required:
        raise Invalid(
            f"there is no value for {parameter.label or parameter.name}",
            hint=f"give one for {parameter.name}, {_kind(parameter.type)}",
        )
    return None


def typed(parameter: Parameter, value: Scalar) -> Scalar:
    """Return a value as its parameter's type has it; also from the text of a form.

    Raises:
        InvalidValue: It is not of that type, or none of the choices.
    """
    try:
        found = _READERS[parameter.type](value)
    except (ValueError, InvalidOperation, OverflowError):
        raise InvalidValue(
            f"{parameter.name}: {str(value)[:50]!r} is not {_kind(parameter.type)}"
        ) from None
    by_text = {str(choice): choice for choice in parameter.choices}
    if by_text and str(found) not in by_text:
        listed = ", ".join(str(choice) for choice in parameter.choices[:20])
        raise InvalidValue(
            f"{parameter.name}: {str(value)[:50]!r} is none of its choices",
            hint=f"one of {listed}",
        )
    return by_text[str(found)] if parameter.type == "choice" else found


def _kind(type: Type) -> str:
    return f"{'an' if type[0] in 'aeiou' else 'a'} {type}"


def _text(value: Scalar) -> Scalar:
    return value if isinstance(value, str) else str(value)


def _integer(value: Scalar) -> Scalar:
    if isinstance(value, bool) or (isinstance(value, float) and value % 1):
        raise ValueError(value)
    found = int(value)  # type: ignore[arg-type]  # what is no number raises
    if not -_BIG <= found < _BIG:
        raise ValueError(value)
    return found


def _number(value: Scalar) -> Scalar:
    found = float(value)  # type: ignore[arg-type]  # what is no number raises
    if isinstance(value, bool) or not math.isfinite(found):
        raise ValueError(value)
    return found


def _decimal(value: Scalar) -> Scalar:
    found = Decimal(str(value))
    if isinstance(value, bool) or not found.is_finite():
        raise ValueError(value)
    _, digits, exponent = found.as_tuple()
    if not isinstance(exponent, int) or len(digits) + abs(exponent) > _MOST_PLACES:
        raise ValueError(value)
    return format(found, "f")


def _boolean(value: Scalar) -> Scalar:
    words = {"true": True, "false": False, "1": True, "0": False, "on": True}
    if str(value).lower() not in words:
        raise ValueError(value)
    return words[str(value).lower()]


def _date(value: Scalar) -> Scalar:
    return date.fromisoformat(str(value)).isoformat()


def _datetime(value: Scalar) -> Scalar:
    return datetime.fromisoformat(str(value)).isoformat(sep=" ")


_READERS: dict[Type, Callable[[Scalar], Scalar]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "choice": lambda value: value,
}
