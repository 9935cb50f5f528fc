"""Open a DuckDB file so that nothing it runs can write or look around."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from entrepot.base.deadline import STOPPED, Switch
from entrepot.base.errors import Refused, Stopped, Unavailable
from entrepot.connections.dialects.duckdb.errors import turn_opening
from entrepot.connections.dialects.duckdb.folder import as_file, cache_folder, is_made
from entrepot.connections.spec import Target

# https://duckdb.org/docs/current/operations_manual/securing_duckdb/overview
Config = dict[str, str | bool | int | float | list[str]]
WALL: Config = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "errors_as_json": "true",  # with the place in the statement
    "max_temp_directory_size": "4GB",
    "threads": "2",
}


WRITER_SECONDS = 5.0
"""The longest that others are waited for before the file is opened to write."""
WRITER_REST_SECONDS = 0.02


class Opened:
    """A file that is open while at least one cursor is lent, at most `pool_count`.

    Args:
        counted_bytes: What DuckDB may take of memory, as far as it counts it.
    """

    def __init__(self, target: Target, counted_bytes: int) -> None:
        self._target = target
        self._counted_bytes = counted_bytes
        self._free = threading.BoundedSemaphore(target.pool_count)
        self._lock = threading.Lock()
        self._emptying = threading.Lock()
        self._file: Path | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._lent = 0

    @contextmanager
    def cursor(self, seconds: float) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a cursor, a session of its own that is thrown away.

        Raises:
            Unavailable: A writer has the file, or no cursor came free in time.
            Refused: It is no DuckDB file.
        """
        if not self._free.acquire(timeout=seconds):
            raise self._busy()
        try:
            cursor = self._lend()
            try:
                yield cursor
            finally:
                cursor.close()
                self._take_back()
        finally:
            self._free.release()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the file open, so that all cursors see one state of it."""
        self._lend().close()
        try:
            yield
        finally:
            self._take_back()

    @contextmanager
    def written(
        self, seconds: float, switch: Switch | None = None
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give the file open to write, with nobody else in it, behind the same wall.

        Raises:
            Unavailable: Somebody has it open, and did not close it in time.
            Refused: The tables are made of other files, or it is no DuckDB file.
        """
        path = Path(self._target.path)
        if is_made(path):
            raise Refused(
                f"the tables of {self._target.name!r} are files, which are only read",
                hint="change the files themselves",
            )
        ends = time.monotonic() + min(seconds, WRITER_SECONDS)
        with (
            self._emptied(ends, switch),
            closing(self._open_to_write(path, ends, switch)) as connection,
        ):
            yield connection

    @contextmanager
    def _emptied(self, ends: float, switch: Switch | None) -> Iterator[None]:
        """Take every cursor there is, so that our own readers wait for their turn."""
        taken = 0
        try:
            with self._emptying:
                while taken < self._target.pool_count:
                    if self._free.acquire(timeout=WRITER_REST_SECONDS):
                        taken += 1
                    elif _is_late(ends, switch):
                        raise self._busy()
            yield
        finally:
            for _ in range(taken):
                self._free.release()

    def _open_to_write(
        self, path: Path, ends: float, switch: Switch | None
    ) -> duckdb.DuckDBPyConnection:
        while True:
            try:
                return self._open(path, is_read_only=False)
            except Unavailable:
                if _is_late(ends, switch):
                    raise
            time.sleep(WRITER_REST_SECONDS)

    def _busy(self) -> Unavailable:
        return Unavailable(
            f"all {self._target.pool_count} readers of {self._target.name!r} are busy",
            hint="try again when other readers are done",
        )

    def _lend(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            if self._connection is None:
                self._connection = self._open_to_read()
            self._lent += 1
            return self._connection.cursor()

    def _take_back(self) -> None:
        with self._lock:
            self._lent -= 1
            if self._lent == 0 and self._connection is not None:
                self._connection.close()
                self._connection = None

    def _open_to_read(self) -> duckdb.DuckDBPyConnection:
        with turn_opening(self._target.name):
            file = as_file(Path(self._target.path), self._target)
        return self._open(file, is_read_only=True)

    def _open(self, file: Path, *, is_read_only: bool) -> duckdb.DuckDBPyConnection:
        with turn_opening(self._target.name):
            file.stat()  # DuckDB would make a file that is not there
            spill = str(cache_folder(self._target) / "spill")
            config: Config = {
                **WALL,
                "temp_directory": spill,
                "memory_limit": f"{self._counted_bytes}B",
            }
            connection = duckdb.connect(
                str(file), read_only=is_read_only, config=config
            )
            _lock_down(connection)
            return connection


def _is_late(ends: float, switch: Switch | None) -> bool:
    """Tell whether the time to wait is over; raise `Stopped` if somebody stopped it."""
    if switch is not None and switch.is_pulled:
        raise Stopped(STOPPED)
    return time.monotonic() > ends


def _lock_down(connection: duckdb.DuckDBPyConnection) -> None:
    # Two openings of one file in one process share it, so it may be locked already.
    asked = connection.execute("SELECT current_setting('lock_configuration')")
    if asked.fetchone() != (True,):
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute("SET GLOBAL lock_configuration = true")
