"""A DuckDB that sees nothing but the rows it is given, and its errors as ours."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.base.deadline import within
from entrepot.base.errors import EntrepotError, Invalid, TimedOut, TooMuch

if TYPE_CHECKING:
    import duckdb

MEMORY_MB = 256
SPILL_GB = 32
THREADS = 2
AGAIN_SECONDS = 0.1
STOPPED = "the operations were stopped"

# https://duckdb.org/docs/current/operations_manual/securing_duckdb/overview
_WALL = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "max_temp_directory_size": f"{SPILL_GB}GB",
    "preserve_insertion_order": "true",
}


@contextmanager
def open_engine(
    folder: Path, *, memory_mb: int = MEMORY_MB, seconds: float | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that reads no file and keeps what it must below `folder`.

    Args:
        seconds: After these whatever it does ends with an error; None is no limit.
    """
    import duckdb

    spill = folder / "operations"
    spill.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        **_WALL,
        "memory_limit": f"{memory_mb}MB",
        "threads": str(THREADS),
        "temp_directory": str(spill),
    }
    connection = duckdb.connect(":memory:", config=config)
    try:
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")  # it goes to stdout
        with _limited(connection, seconds):
            yield connection
    finally:
        connection.interrupt()
        connection.close()


@contextmanager
def _limited(
    connection: duckdb.DuckDBPyConnection, seconds: float | None
) -> Iterator[None]:
    """End whatever the connection does after so many seconds, until the block ends."""
    is_over = threading.Event()

    def watch(limit_seconds: float) -> None:
        if is_over.wait(limit_seconds):
            return
        while True:  # once more: between two statements nothing is interrupted
            connection.interrupt()
            if is_over.wait(AGAIN_SECONDS):
                return

    if seconds is None:
        yield
        return
    thread = threading.Thread(target=watch, args=(within(seconds),), daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """Let nothing change the settings any more."""
    connection.execute("SET GLOBAL lock_configuration = true")


@contextmanager
def turned(source: Callable[[], BaseException | None] = lambda: None) -> Iterator[None]:
    """Turn what DuckDB raises inside into errors of ours.

    Args:
        source: Gives what a source of the rows has raised, if one has; that is what
            went wrong then, and comes out as it is.
    """
    import duckdb

    try:
        yield
    except (duckdb.Error, OSError) as error:  # Arrow's, of a stream that breaks off
        first = source()
        if first is not None:
            raise first from None
        if isinstance(error, duckdb.Error):
            raise _ours(error) from error
        if str(error).startswith("INTERRUPT Error"):
            raise TimedOut(STOPPED) from error
        raise


def _ours(error: Exception) -> EntrepotError:
    import duckdb

    said = " ".join(str(error).partition("\n\n")[0].partition("\nLINE")[0].split())
    said = re.sub(r"^[A-Z][A-Za-z -]* Error: ", "", said)
    if isinstance(error, duckdb.InterruptException):
        return TimedOut(STOPPED)
    if isinstance(error, duckdb.OutOfMemoryException | duckdb.IOException):
        return TooMuch(
            f"the operations need more memory or disk than there is: {said}",
            hint="fewer rows or columns, or a filter before the sort or group",
        )
    return Invalid(said)
