"""The wall around a connection to SQLite: what a statement may touch, and how much.

Three things hold it: the file is opened with `mode=ro` and `query_only`; an authorizer
allows reading and known functions only; and a statement's program is looked at before
it runs, because `VACUUM INTO` passes the authorizer unseen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from entrepot.base.errors import Denied
from entrepot.base.sqlite_slow import replace_slow_functions

LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 100_000_000,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 1_000_000,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
"""The most a statement may ask for: bytes in a cell, bytes of SQL, and so on."""

HEAP_BYTES = 512 << 20
"""What SQLite may hold in the whole process, our own database's pages included.

There is one such limit, of the process: without it 2,000 columns of the largest cells
fill the machine. A statement that comes to it fails; so may another in that moment.
"""

_HARMLESS = """
    -> ->> abs acos acosh asin asinh atan atan2 atanh avg bm25 ceil ceiling changes char
    coalesce concat concat_ws cos cosh count cume_dist current_date current_time
    current_timestamp date datetime degrees dense_rank exp first_value floor format
    geopoly_area geopoly_bbox geopoly_contains_point geopoly_json geopoly_overlap
    geopoly_within glob group_concat hex highlight ifnull iif if instr json json_array
    json_array_length json_error_position json_extract json_group_array
    json_group_object json_object json_pretty json_quote json_remove json_replace
    json_type json_valid jsonb jsonb_array jsonb_extract jsonb_group_array
    jsonb_group_object jsonb_object jsonb_remove jsonb_replace julianday lag
    last_insert_rowid last_value lead length like likelihood likely ln log log10 log2
    lower ltrim match matchinfo max median min mod nth_value ntile nullif octet_length
    offsets percent_rank percentile percentile_cont percentile_disc pi pow power printf
    quote radians random randomblob rank regexp replace round row_number rtreecheck
    rtreedepth rtreenode rtrim sign sin sinh snippet soundex sqlite_source_id
    sqlite_version sqrt strftime string_agg substr substring subtype sum tan tanh time
    timediff total total_changes trim trunc typeof unhex unicode unistr unistr_quote
    unixepoch unlikely upper zeroblob
"""
FUNCTIONS = frozenset(_HARMLESS.split())
"""Functions without effects; SQLite's list less files, extensions and logs.

Nor `json_set`, `json_insert` and `json_patch`: a path of 50,000 steps crashes the
process, and two objects of many keys are compared for hours.
"""

_DIFFERENT = """
    random randomblob date datetime time julianday strftime unixepoch timediff
    current_date current_time current_timestamp
"""
UNSTEADY = frozenset(_DIFFERENT.split())
"""Functions that may answer otherwise when the same statement runs again."""

_LIGHT = """
    abs avg changes coalesce count cume_dist current_date current_time
    current_timestamp date datetime dense_rank first_value ifnull iif if lag last_value
    lead length lower max min mod nth_value ntile nullif rank round row_number sign
    strftime sum time total typeof upper
"""
LONG_CALLS = FUNCTIONS - frozenset(_LIGHT.split())
"""Functions of which few calls may take long, so that a clock beside them is needed."""

_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}
_PRAGMAS_OF_VIRTUAL_TABLES = {"data_version", "table_info"}
_TABLES_THAT_TELL = {"sqlite_stmt", "sqlite_dbpage", "bytecode", "tables_used"}
"""Tables that show other people's statements, or raw pages."""

_WORDS = {
    sqlite3.SQLITE_PRAGMA: "PRAGMA",
    sqlite3.SQLITE_ATTACH: "ATTACH",
    sqlite3.SQLITE_DETACH: "DETACH",
    sqlite3.SQLITE_TRANSACTION: "a transaction",
    sqlite3.SQLITE_SAVEPOINT: "a savepoint",
}

_WRITING_OPCODES = {
    "AutoCommit",
    "Checkpoint",
    "IncrVacuum",
    "JournalMode",
    "ParseSchema",
    "Savepoint",
    "VCreate",
    "VDestroy",
    "VUpdate",
    "Vacuum",
}
# https://www.sqlite.org/opcode.html


class Guard:
    """The authorizer of one connection, and what it saw of the last statement.

    Args:
        hides: Tells of a table and a column, both in lower case, that nobody may read
            it here; the column is empty where only the rows are counted.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        hides: Callable[[str, str], bool] = lambda table, column: False,
    ) -> None:
        self._connection = connection
        self._hides = hides
        self._is_on = True
        self._has_select = False
        self._functions: set[str] = set()
        self._denied = ""
        self._hidden = _pragma_tables(connection) | _TABLES_THAT_TELL
        for limit, most in LIMITS.items():
            connection.setlimit(limit, most)
        connection.execute(f"PRAGMA hard_heap_limit = {HEAP_BYTES}")
        replace_slow_functions(connection, LIMITS[sqlite3.SQLITE_LIMIT_LENGTH])
        connection.execute("PRAGMA query_only = 1")
        connection.set_authorizer(self._authorize)

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """Let our own statements pass: pragmas, and the opening of virtual tables."""
        self._is_on = False
        try:
            yield
        finally:
            self._is_on = True

    def examine(
        self, sql: str, params: Sequence[object] | Mapping[str, object]
    ) -> frozenset[str]:
        """Compile a statement without running it; return the functions it calls.

        Raises:
            Denied: It is no SELECT, or reaches for what is not allowed.
            sqlite3.Error: It does not compile.
        """
        self._has_select, self._denied = False, ""
        self._functions.clear()
        try:
            program = self._connection.execute(f"EXPLAIN {sql}", params).fetchall()
        except sqlite3.DatabaseError as error:
            if self._denied:
                raise _no(self._denied) from error
            raise
        if not self._has_select or any(_writes(line) for line in program):
            raise _no("a statement that is not a SELECT")
        return frozenset(self._functions)

    def _authorize(
        self,
        action: int,
        first: str | None,
        second: str | None,
        database: str | None,
        inside: str | None,
    ) -> int:
        if not self._is_on:
            return sqlite3.SQLITE_OK
        self._has_select |= action == sqlite3.SQLITE_SELECT
        if action == sqlite3.SQLITE_FUNCTION:
            self._functions.add(str(second).lower())
        why_not = self._why_not(action, first, second)
        self._denied = self._denied or why_not
        return sqlite3.SQLITE_DENY if why_not else sqlite3.SQLITE_OK

    def _why_not(self, action: int, first: str | None, second: str | None) -> str:
        """Return what is forbidden about an action; empty if nothing is."""
        if action == sqlite3.SQLITE_READ and str(first).lower() in self._hidden:
            return f"the table {first}"
        if action == sqlite3.SQLITE_READ:
            if self._hides(str(first).lower(), str(second).lower()):
                return f"{first}.{second}" if second else f"the table {first}"
            return ""
        if action == sqlite3.SQLITE_FUNCTION and str(second).lower() not in FUNCTIONS:
            return f"the function {second}"
        if action in _READING or action == sqlite3.SQLITE_FUNCTION:
            return ""
        # A virtual table declares its columns by way of sqlite_master.
        if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
            return ""
        if action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS_OF_VIRTUAL_TABLES:
            return ""
        return _WORDS.get(action, "a statement that writes")


def _no(what: str) -> Denied:
    return Denied(f"{what} is not allowed here", hint="write one SELECT")


def _writes(line: Sequence[object]) -> bool:
    opcode, second = line[1], line[3]
    return opcode in _WRITING_OPCODES or (opcode == "Transaction" and second != 0)


def _pragma_tables(connection: sqlite3.Connection) -> set[str]:
    """Return the names by which a SELECT would run a pragma."""
    return {f"pragma_{row[0]}" for row in connection.execute("PRAGMA pragma_list")}
