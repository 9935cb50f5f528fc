"""DuckDB's errors as ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from entrepot.base.errors import (
    Denied,
    EntrepotError,
    Invalid,
    Refused,
    TimedOut,
    TooMuch,
    Unavailable,
)

KINDS: tuple[tuple[type[duckdb.Error], type[EntrepotError]], ...] = (
    (duckdb.PermissionException, Denied),
    (duckdb.InterruptException, TimedOut),
    (duckdb.OutOfMemoryException, TooMuch),
    (duckdb.IOException, Unavailable),
    (duckdb.InternalException, Refused),
    (duckdb.FatalException, Refused),
)
"""The first that fits; the rest is `Invalid`: the statement's fault."""

FORBIDDEN = re.compile(r"read-only mode|configuration has been locked")

FILES = re.compile(r"file system operations are disabled")
"""What such an error goes on to say is where our files are."""

BUSY = re.compile(r"(?i)lock|different configuration")
"""Another process has the file, or this one, for the other purpose."""


@contextmanager
def turn(sql: str = "") -> Iterator[None]:
    """Turn what DuckDB raises inside into errors of ours; `sql` was what it ran."""
    try:
        yield
    except duckdb.Error as error:
        raise _turned(error, sql) from error
    except pa.ArrowException as error:
        raise Refused(f"a value cannot leave DuckDB: {_first_line(error)}") from error
    except UnicodeError as error:
        raise Invalid(f"the statement is not text DuckDB takes: {error}") from error


@contextmanager
def turn_opening(name: str) -> Iterator[None]:
    """Turn what goes wrong while the file `name` stands for is opened."""
    try:
        yield
    except duckdb.Error as error:
        said = _said(error)
        if BUSY.search(said):
            raise Unavailable(
                f"{name!r} is open elsewhere, and one of both would write to it",
                hint="DuckDB lets a writer in alone: try again when it is closed",
            ) from error
        raise Refused(f"{name!r} cannot be opened: {said}") from error
    except OSError as error:
        raise Refused(f"{name!r} cannot be opened: {error.strerror}") from error


def _turned(error: duckdb.Error, sql: str) -> EntrepotError:
    said = _said(error)
    if FILES.search(said):
        return Denied("files and extensions cannot be reached from here")
    if FORBIDDEN.search(said):
        return Denied(said)
    kind = next((ours for theirs, ours in KINDS if isinstance(error, theirs)), Invalid)
    position = _place_in(error, sql)
    return kind(said) if position is None else kind(said, position=position)


def _said(error: duckdb.Error) -> str:
    # Behind an empty line DuckDB draws where in the statement it is.
    text, _, _ = str(_told(error).get("exception_message", error)).partition("\n\n")
    return " ".join(text.split())


def _place_in(error: duckdb.Error, sql: str) -> int | None:
    """Return where it is in characters from 1; DuckDB counts bytes from 0."""
    position = str(_told(error).get("position", ""))
    if not position.isdigit() or not sql:
        return None
    before = sql.encode(errors="replace")[: int(position)]
    return len(before.decode(errors="ignore")) + 1


def _told(error: duckdb.Error) -> dict[str, object]:
    """Return what `errors_as_json` has it say; empty where it says it in words."""
    _, _, text = str(error).partition(": ")
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
