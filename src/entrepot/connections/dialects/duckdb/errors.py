"""DuckDB's errors as ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

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


@contextmanager
def turn() -> Iterator[None]:
    """Turn what DuckDB raises inside into errors of ours."""
    try:
        yield
    except duckdb.Error as error:
        raise _turned(error) from error
    except UnicodeError as error:
        raise Invalid(f"the statement is not text DuckDB takes: {error}") from error


@contextmanager
def turn_opening(name: str) -> Iterator[None]:
    """Turn what goes wrong while the file `name` stands for is opened."""
    try:
        yield
    except duckdb.Error as error:
        said = _said(error)
        if "lock" in said.lower():
            raise Unavailable(
                f"{name!r} is being written to by another program",
                hint="DuckDB lets nobody read meanwhile: try again when it is closed",
            ) from error
        raise Refused(f"{name!r} cannot be opened: {said}") from error
    except OSError as error:
        raise Refused(f"{name!r} cannot be opened: {error.strerror}") from error


def _turned(error: duckdb.Error) -> EntrepotError:
    said = _said(error)
    if FORBIDDEN.search(said):
        return Denied(said)
    kind = next((ours for theirs, ours in KINDS if isinstance(error, theirs)), Invalid)
    return kind(said)


def _said(error: duckdb.Error) -> str:
    # Behind an empty line DuckDB draws where in the statement it is.
    text, _, _ = str(error).partition("\n\n")
    return " ".join(text.split())
