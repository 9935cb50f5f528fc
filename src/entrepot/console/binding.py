"""Values for a statement: `:name` and `?` become the places of its dialect."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from entrepot.base.errors import Invalid, UnknownName
from entrepot.console.lexing import Token, tokens
from entrepot.console.spec import Params, Scalar
from entrepot.console.statements import query_type

ROWS_OF = ("SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True)
class Bound:
    """A statement as its dialect wants it.

    Attributes:
        shifts: (place in `sql`, place in what was written), from 0, in order.
    """

    sql: str
    params: list[Scalar] | dict[str, Scalar]
    shifts: tuple[tuple[int, int], ...] = ((0, 0),)

    def written_position(self, position: int) -> int:
        """Return where a place of `sql`, from 1, is in what was written, from 1."""
        here, there = self.shifts[
            bisect_right(self.shifts, (position - 1, 1 << 62)) - 1
        ]
        return there + (position - 1 - here) + 1


def bind(sql: str, params: Params, *, dialect: str, paramstyle: str) -> Bound:
    """Return a statement with its values as a driver takes them.

    Values by name fill places like `:name`, outside of strings, comments and casts
    (`::`). A list fills the dialect's own places, or `?`.

    Raises:
        Invalid: A place has no value.
        UnknownName: A value has no place.
    """
    if isinstance(params, Mapping):
        if not params:
            _check_filled(sql, dialect)
            return Bound(sql, [])
        return _by_name(sql, params, dialect, paramstyle)
    values = list(params)
    if not values:
        _check_filled(sql, dialect)
    if not values or paramstyle == "qmark":
        return Bound(sql, values)
    found = list(tokens(sql, dialect))
    if any(token.kind == "dollar" for token in found):
        return Bound(sql, values)
    places = [token for token in found if token.kind == "place"]
    if len(places) != len(values):
        raise Invalid(
            f"the statement has places for {len(places)} values; {len(values)} are "
            "given"
        )
    return _written(sql, places, values, paramstyle)


def _check_filled(sql: str, dialect: str) -> None:
    """Refuse places like `:name` where there are no values at all.

    What a procedure is made of may have names like that of its own.
    """
    if ":" not in sql or query_type(sql, dialect) not in ROWS_OF:
        return
    for token, is_inside in _names(sql, dialect):
        if not is_inside:
            raise _no_value(sql, token)


def place_names(sql: str, dialect: str) -> list[str]:
    """Return the names of a statement's places like `:name`, each once, in order."""
    found = (
        sql[t.start + 1 : t.end] for t, inside in _names(sql, dialect) if not inside
    )
    return list(dict.fromkeys(found))


def _by_name(
    sql: str, params: Mapping[str, Scalar], dialect: str, paramstyle: str
) -> Bound:
    places = [
        token
        for token, in_brackets in _names(sql, dialect)
        if not in_brackets or sql[token.start + 1 : token.end] in params
    ]
    names = [sql[token.start + 1 : token.end] for token in places]
    for name in params:
        if name not in names:
            raise UnknownName("place in the statement", f":{name}", _colons(names))
    for name, token in zip(names, places, strict=True):
        if name not in params:
            raise _no_value(sql, token)
    return _written(sql, places, [params[name] for name in names], paramstyle)


def _no_value(sql: str, token: Token) -> Invalid:
    return Invalid(
        f"there is no value for {sql[token.start : token.end]}",
        hint="give one in `params`",
        position=token.start + 1,
    )


def _names(sql: str, dialect: str) -> Iterator[tuple[Token, bool]]:
    """Yield the places like `:name`, and whether they are inside brackets.

    There `[1:n]` may be a part of a list, and `{'a':n}` a struct: no place at all.
    """
    depth = 0
    for token in tokens(sql, dialect):
        if token.kind == "open" and sql[token.start] in "[{":
            depth += 1
        elif token.kind == "close" and sql[token.start] in "]}":
            depth -= 1
        elif token.kind == "name":
            yield token, depth > 0


def _colons(names: Sequence[str]) -> list[str]:
    return [f":{name}" for name in dict.fromkeys(names)]


PLACES: dict[str, Callable[[int], str]] = {
    "qmark": lambda number: "?",
    "numeric_dollar": lambda number: f"${number}",
    "numeric": lambda number: f":{number}",
    "format": lambda number: "%s",
    "pyformat": lambda number: "%s",
}
"""How the place of the n-th value is written, by the style of a driver."""


def _written(
    sql: str, places: Sequence[Token], values: list[Scalar], paramstyle: str
) -> Bound:
    """Return the statement with its places as the driver wants them."""
    doubles = paramstyle in ("format", "pyformat")
    written, shifts, end = "", [(0, 0)], 0
    for number, place in enumerate(places, start=1):
        written += _plain(sql[end : place.start], doubles)
        written += PLACES[paramstyle](number)
        end = place.end
        shifts.append((len(written), end))
    return Bound(written + _plain(sql[end:], doubles), values, tuple(shifts))


def _plain(text: str, doubles: bool) -> str:
    # A driver that fills in `%s` takes every other `%` for one, too.
    return text.replace("%", "%%") if doubles else text
