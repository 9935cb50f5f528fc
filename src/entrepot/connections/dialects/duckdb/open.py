"""Open a DuckDB file so that nothing it runs can write or look around."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from entrepot.base.errors import Unavailable
from entrepot.connections.dialects.duckdb.errors import turn_opening
from entrepot.connections.dialects.duckdb.folder import as_file, cache_folder
from entrepot.connections.spec import Target

# https://duckdb.org/docs/current/operations_manual/securing_duckdb/overview
Config = dict[str, str | bool | int | float | list[str]]
WALL: Config = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "memory_limit": "1GB",
    "max_temp_directory_size": "4GB",
    "threads": "2",
}


class Opened:
    """A file that is open while at least one cursor is lent, at most `pool_count`."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._free = threading.BoundedSemaphore(target.pool_count)
        self._lock = threading.Lock()
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
            raise Unavailable(
                f"all {self._target.pool_count} readers of {self._target.name!r} "
                "are busy",
                hint="try again when other readers are done",
            )
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

    def _lend(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            if self._connection is None:
                self._connection = self._open()
            self._lent += 1
            return self._connection.cursor()

    def _take_back(self) -> None:
        with self._lock:
            self._lent -= 1
            if self._lent == 0 and self._connection is not None:
                self._connection.close()
                self._connection = None

    def _open(self) -> duckdb.DuckDBPyConnection:
        path = Path(self._target.path)
        with turn_opening(self._target.name):
            file = as_file(path, self._target)
            spill = str(cache_folder(self._target) / "spill")
            config: Config = {**WALL, "temp_directory": spill}
            connection = duckdb.connect(str(file), read_only=True, config=config)
            _lock_down(connection)
            return connection


def _lock_down(connection: duckdb.DuckDBPyConnection) -> None:
    # Two openings of one file in one process share it, so it may be locked already.
    asked = connection.execute("SELECT current_setting('lock_configuration')")
    if asked.fetchone() != (True,):
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute("SET GLOBAL lock_configuration = true")
