"""HANA's errors, by their numbers, as ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import make_url

from entrepot.base.errors import (
    Denied,
    EntrepotError,
    Invalid,
    Refused,
    TimedOut,
    Unavailable,
)
from entrepot.connections.dialects.hana.driver import PORT, load_driver
from entrepot.connections.spec import Target

# https://help.sap.com/docs/hana-cloud-database, SQL error codes; the negative ones
# are the driver's own.
CODES: dict[int, type[EntrepotError]] = {
    -10709: Unavailable,  # connecting failed
    -10807: Unavailable,  # the connection broke
    -10806: Unavailable,
    -10821: Unavailable,  # the session is not connected
    -10108: Unavailable,  # it had to connect anew
    4: Unavailable,  # no memory
    10: Refused,
    14: Unavailable,  # no disk
    18: Unavailable,  # it shuts down
    19: Refused,  # the licence is over
    20: Refused,
    128: Denied,  # a write in a transaction that only reads
    129: Unavailable,
    131: Unavailable,
    132: Unavailable,
    133: Unavailable,
    138: Unavailable,
    139: TimedOut,  # cancelled, by somebody else
    142: Unavailable,
    145: Unavailable,
    146: Unavailable,
    148: Unavailable,
    149: Unavailable,
    150: Unavailable,
    258: Denied,
    414: Refused,
    415: Refused,
    416: Refused,
    591: Unavailable,
    613: TimedOut,
    663: Unavailable,
    1888: Unavailable,
    1897: Unavailable,
}
"""What is not here is `Invalid`, but for the driver's own below -10000."""

HINTS: dict[int, str] = {
    -10709: "is the instance running, and is this machine's address on its allow-list? "
    "Free HANA Cloud instances stop by themselves every night",
    -10807: "the instance may have been stopped, or a firewall has cut the line",
    4: "the statement needs more memory than HANA gives it: read fewer rows or columns",
    10: "check user and password; names of users are in capitals",
    19: "the licence of this HANA is over",
    20: "the user is valid from a later or until an earlier day: ALTER USER … VALID",
    131: "another transaction holds a lock: try again later",
    139: "an administrator or a workload class ended the statement",
    258: "an owner has to grant it: GRANT SELECT ON SCHEMA … TO …",
    414: "connect once with another program and set a new password, or let an "
    "administrator ALTER USER … NO FORCE_FIRST_PASSWORD_CHANGE",
    415: "an administrator has to reactivate the user: ALTER USER … ACTIVATE USER NOW",
    416: "too many wrong passwords: wait, or let an administrator run "
    "ALTER USER … RESET CONNECT ATTEMPTS",
    591: "HANA met a fault of its own; its traces have more",
    613: "HANA's own limit (statement_timeout) is shorter than ours",
    663: "the service is not available now: is the instance running?",
    1888: "the instance is not ready to serve: is it running?",
    1897: "the region is in its maintenance window: try again later",
}

PLACE = re.compile(r":?\s*line (\d+) col (\d+)(?: \(at pos \d+\))?")
PREFIXES = ("sql syntax error: ",)


@contextmanager
def turn(target: Target, sql: str = "") -> Iterator[None]:
    """Turn what the driver raises inside into errors of ours.

    Args:
        sql: What runs, so that a place in it can be told.
    """
    dbapi = load_driver()
    try:
        yield
    except dbapi.Error as error:
        code, text = code_and_text(error)
        raise turned(code, text, target, sql) from error
    except UnicodeError as error:
        raise Invalid(f"the statement is not text HANA takes: {error}") from error


def code_and_text(error: Exception) -> tuple[int, str]:
    """Return the number and the words of an error of the driver's."""
    code = getattr(error, "errorcode", 0)
    text = getattr(error, "errortext", "") or str(error)
    return (code if isinstance(code, int) else 0), " ".join(str(text).split())


def turned(code: int, text: str, target: Target, sql: str = "") -> EntrepotError:
    """Return our error for one of HANA's; the place is told where HANA tells it."""
    if code < 0 and CODES.get(code, _unknown(code)) is Unavailable:
        return Unavailable(
            f"{target.name!r} cannot be reached: HANA at {_place(target)} does not "
            "answer, or the line broke",
            hint=HINTS.get(code, HINTS[-10709]),
            database_code=code,
        )
    kind = CODES.get(code, _unknown(code))
    return kind(
        PLACE.sub("", text) or f"HANA's error {code}",
        hint=HINTS.get(code),
        **({"database_code": code} if code else {}),  # the driver's own has none
        **_position(text, sql),
    )


def _unknown(code: int) -> type[EntrepotError]:
    # The driver's: -106xx and -104xx are the asker's, the rest is of the line.
    return Unavailable if -10_900 < code <= -10_700 else Invalid


def _place(target: Target) -> str:
    url = make_url(target.url)
    return f"{url.host}:{url.port or PORT}"


def _position(text: str, sql: str) -> dict[str, int]:
    found = PLACE.search(text)
    lines = sql.split("\n")
    if not found or not 0 < int(found[1]) <= len(lines):
        return {}
    line, column = int(found[1]), int(found[2])
    before = sum(len(part) + 1 for part in lines[: line - 1])
    return {"position": min(before + column, len(sql) + 1)}
