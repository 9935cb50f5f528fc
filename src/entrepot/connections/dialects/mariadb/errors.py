"""MariaDB's errors, by number, as ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pymysql
from sqlalchemy.engine import make_url

from entrepot.base.errors import (
    Denied,
    EntrepotError,
    Invalid,
    Refused,
    TimedOut,
    TooMuch,
    Unavailable,
)
from entrepot.connections.dialects.mariadb.places import place_of
from entrepot.connections.spec import Target

# https://mariadb.com/kb/en/mariadb-error-code-reference/
NUMBERS: dict[type[EntrepotError], frozenset[int]] = {
    Denied: frozenset(
        (
            *(1044, 1142, 1143, 1227, 1370, 1345, 1698, 1396, 1410),  # no privilege
            *(1792, 1290, 1836, 1223, 1568),  # in a READ ONLY transaction or server
            *(1148, 4166),  # local files
        )
    ),
    TimedOut: frozenset((1969, 3024)),
    Refused: frozenset(
        (
            *(1045, 1130, 1129, 1251, 1275, 1049, 1524, 2059, 1820, 1862, 4151, 3118),
            *(1016, 1017, 1034, 1035, 1194, 1195, 145, 1932),  # tables that are broken
            *(1429, 1430, 1431, 1432, 1296),  # of other servers
        )
    ),
    Unavailable: frozenset(
        (
            *(1040, 1203, 1226, 1053, 1077, 1079, 1080, 1927, 1317, 1205, 1213),
            *(
                1021,
                1037,
                1038,
                1041,
                1114,
                1135,
                1206,
                1104,
                5,
                1030,
                1180,
                1297,
                1412,
            ),
            *range(1152, 1162),  # what broke on the way
            *range(2000, 2059),  # said by the driver
        )
    ),
}
"""The rest is `Invalid`: the statement's own fault."""

KINDS = {number: kind for kind, numbers in NUMBERS.items() for number in numbers}
MEMORY = "max-session-mem-used"
OUR_HOST = re.compile(r"'@'[^']*'")


@contextmanager
def turn(target: Target, sql: str = "") -> Iterator[None]:
    """Turn what PyMySQL raises inside into errors of ours.

    Args:
        sql: The statement, in which the place of an error is looked for.
    """
    try:
        yield
    except pymysql.Error as error:
        raise _turned(error, target, sql) from error
    except UnicodeError as error:
        raise Invalid(f"the statement is not text MariaDB takes: {error}") from error


@contextmanager
def turn_connecting(target: Target) -> Iterator[None]:
    """Turn what goes wrong on the way in; what the server itself says is `Refused`."""
    try:
        yield
    except pymysql.Error as error:
        raise _turned_connecting(error, target) from error
    except OSError as error:  # certificates that cannot be read
        raise Invalid(f"the address of {target.name!r} is wrong: {error}") from error


def _turned_connecting(error: pymysql.Error, target: Target) -> EntrepotError:
    number, said = _said(error)
    if KINDS.get(number, Unavailable) in (Denied, Refused):
        return Refused(
            f"{target.name!r} does not let us in: {said}",
            hint="check user, password, database and TLS of the registration",
            database_code=number,
        )
    return Unavailable(
        f"{target.name!r} cannot be reached: {said}",
        hint=f"is MariaDB running at {_place(target)}, and open to this machine?",
    )


def _place(target: Target) -> str:
    url = make_url(target.url)
    return f"{url.host}:{url.port or 3306}"


def _turned(error: pymysql.Error, target: Target, sql: str) -> EntrepotError:
    number, said = _said(error)
    if number == 0 or 2000 <= number < 2100:
        return Unavailable(
            f"the connection to {target.name!r} broke: {said}",
            hint=f"has MariaDB at {_place(target)} been stopped?",
        )
    kind = KINDS.get(number, Invalid)
    if MEMORY in said:
        return TooMuch("the statement wanted more memory than it may have")
    hint = "this connection cannot change anything" if number == 1792 else None
    return kind(said, hint=hint, database_code=number, **place_of(number, said, sql))


def _said(error: pymysql.Error) -> tuple[int, str]:
    """Return the number, 0 where there is none, and the message without our host."""
    number = error.args[0] if error.args else 0
    has_number = isinstance(number, int)
    parts = error.args[1:] if has_number else error.args
    said = " ".join(str(part) for part in parts) or "it was closed"
    return (number if has_number else 0), OUR_HOST.sub("'", said)
