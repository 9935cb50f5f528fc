"""PostgreSQL's errors, by SQLSTATE, as ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
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
from entrepot.connections.spec import Target

# https://www.postgresql.org/docs/current/errcodes-appendix.html
STATES: dict[str, type[EntrepotError]] = {
    "08P01": Invalid,  # a `$1` of the statement's own
    "08": Unavailable,
    "25001": Denied,  # SET TRANSACTION READ WRITE
    "25006": Denied,
    "25P03": TimedOut,
    "28": Refused,
    "2D": Denied,  # COMMIT inside a procedure
    "3D": Refused,
    "40": Unavailable,
    "42501": Denied,
    "53": Unavailable,
    "53200": TooMuch,
    "53400": TooMuch,  # temp_file_limit
    "55P03": Unavailable,
    "57014": TimedOut,
    "57P": Unavailable,
    "58": Unavailable,
    "F0": Refused,
    "HV": Refused,
    "XX": Refused,
}
"""By the longest beginning of a SQLSTATE; the rest is `Invalid`."""

HINTS = {
    "42P18": "write the value's type behind its place, as in :name::text",
}
"""Where the server has none."""

TRANSIENT = re.compile(
    r"starting up|shutting down|recovery|too many (clients|connections)"
    r"|remaining connection slots|terminating connection|not accepting"
)


@contextmanager
def turn(target: Target) -> Iterator[None]:
    """Turn what psycopg raises inside into errors of ours."""
    try:
        yield
    except psycopg.Error as error:
        raise _turned(error, target) from error
    except UnicodeError as error:
        raise Invalid(f"the statement is not text PostgreSQL takes: {error}") from error


@contextmanager
def turn_connecting(target: Target) -> Iterator[None]:
    """Turn what goes wrong on the way in; what the server itself says is `Refused`."""
    try:
        yield
    except psycopg.ProgrammingError as error:
        raise Invalid(f"the address of {target.name!r} is wrong: {error}") from error
    except psycopg.Error as error:
        raise _turned_connecting(error, target) from error


def _turned_connecting(error: psycopg.Error, target: Target) -> EntrepotError:
    said = " ".join(str(error).split())
    if "FATAL:" in said and not TRANSIENT.search(said):
        reason = said.rsplit("FATAL:", 1)[1].strip()
        return Refused(
            f"{target.name!r} does not let us in: {reason}",
            hint="check user, password and database of the registration",
        )
    return Unavailable(
        f"{target.name!r} cannot be reached: {said}",
        hint=f"is PostgreSQL running at {_place(target)}, and open to this machine?",
    )


def _place(target: Target) -> str:
    url = make_url(target.url)
    host = url.host or url.query.get("host") or "the local socket"
    return f"{host}:{url.port or 5432}"


def _turned(error: psycopg.Error, target: Target) -> EntrepotError:
    state = error.sqlstate
    if state is None:
        return _turned_without_state(error, target)
    kind = next((STATES[state[:n]] for n in (5, 3, 2) if state[:n] in STATES), Invalid)
    hint = error.diag.message_hint or HINTS.get(state)
    return kind(_said(error), hint=hint, sqlstate=state, **_place_in(error))


def _turned_without_state(error: psycopg.Error, target: Target) -> EntrepotError:
    if isinstance(error, psycopg.OperationalError):
        return Unavailable(
            f"the connection to {target.name!r} broke: {' '.join(str(error).split())}",
            hint=f"has PostgreSQL at {_place(target)} been stopped?",
        )
    return Invalid(str(error))


def _said(error: psycopg.Error) -> str:
    message = error.diag.message_primary or str(error)
    detail = error.diag.message_detail
    return f"{message} ({detail})" if detail else message


def _place_in(error: psycopg.Error) -> dict[str, int]:
    position = error.diag.statement_position
    return {"position": int(position)} if position else {}
