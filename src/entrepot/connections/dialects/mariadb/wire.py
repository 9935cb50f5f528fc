"""Prepared statements on PyMySQL's connections, which themselves know only text.

Preparing takes one statement only and runs nothing, values are bound by the server,
and results come in the binary form, in which no digit of a FLOAT is lost.
"""

# https://mariadb.com/kb/en/clientserver-protocol/

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from pymysql.connections import Connection
from pymysql.protocol import FieldDescriptorPacket, MysqlPacket

from entrepot.base.errors import Invalid, Refused
from entrepot.connections.dialects.mariadb.binary import (
    Row,
    RowReader,
    bind,
    row_reader,
)

COM_STMT_PREPARE, COM_STMT_EXECUTE = 0x16, 0x17
COM_STMT_CLOSE, COM_STMT_FETCH, COM_RESET_CONNECTION = 0x19, 0x1C, 0x1F

CURSOR_READ_ONLY = 1
HAS_CURSOR, LAST_ROW_SENT = 0x40, 0x80


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement the server has understood, and not run.

    Attributes:
        columns: Names of its result's; none for what does not return rows.
        params: Places for values.
    """

    number: int
    columns: tuple[str, ...]
    params: int


@dataclass(slots=True)
class Result:
    """What a statement gave; rows are still on the way until `is_done`.

    Attributes:
        fields: Empty where no rows come.
        affected_rows: By a statement without rows.
        kept: Rows that had to be taken all at once.
    """

    number: int
    fields: list[FieldDescriptorPacket]
    read_row: RowReader | None = None
    affected_rows: int = 0
    is_done: bool = False
    has_cursor: bool = False
    kept: list[Row] = field(default_factory=list)


def prepare(connection: Connection, sql: str) -> Prepared:
    """Have the server read one statement."""
    connection._execute_command(COM_STMT_PREPARE, sql.encode())
    packet = connection._read_packet()
    number, columns, params = struct.unpack_from("<xIHH", packet.get_all_data())
    if params:
        _read_fields(connection, params)
    fields = _read_fields(connection, columns)[0] if columns else []
    return Prepared(number, tuple(field.name for field in fields), params)


def execute(
    connection: Connection,
    prepared: Prepared,
    values: Sequence[object] = (),
    *,
    with_cursor: bool = False,
) -> Result:
    """Run a prepared statement; no rows are taken yet.

    Args:
        with_cursor: The server keeps the rows until `take` asks for them, so that
            other statements may run in between.

    Raises:
        Invalid: More or fewer values than places.
    """
    if len(values) != prepared.params:
        raise Invalid(
            f"the statement has places for {prepared.params} values; "
            f"{len(values)} are given"
        )
    flags = CURSOR_READ_ONLY if with_cursor else 0
    head = struct.pack("<IBI", prepared.number, flags, 1)
    connection._execute_command(COM_STMT_EXECUTE, head + bind(values))
    packet = connection._read_packet()
    if packet.is_load_local_packet():  # a server that asks for a file of ours
        connection._force_close()
        raise Refused("the server asked for a file of this machine")
    if packet.is_ok_packet():
        return _done(prepared, packet)
    fields, status = _read_fields(connection, packet.read_length_encoded_integer())
    reader = row_reader(fields)
    has_cursor = bool(status & HAS_CURSOR)
    result = Result(prepared.number, fields, reader, has_cursor=has_cursor)
    if with_cursor and not has_cursor:
        result.kept = _rows(connection, result, None)
    return result


def take(connection: Connection, result: Result, count: int) -> list[Row]:
    """Return the next rows, at most so many; fewer are the last ones."""
    if result.kept:
        rows, result.kept = result.kept[:count], result.kept[count:]
        return rows
    if result.is_done:
        return []
    if result.has_cursor:
        wanted = struct.pack("<II", result.number, count)
        connection._execute_command(COM_STMT_FETCH, wanted)
        return _rows(connection, result, None)
    return _rows(connection, result, count)


def forget(connection: Connection, number: int) -> None:
    """Let the server throw a prepared statement away; it answers nothing."""
    connection._execute_command(COM_STMT_CLOSE, struct.pack("<I", number))


def reset(connection: Connection) -> None:
    """Have the session as new: nothing open, nothing set, nothing locked."""
    connection._execute_command(COM_RESET_CONNECTION, b"")
    connection._read_ok_packet()


def ask(
    connection: Connection, sql: str, values: Sequence[object] = ()
) -> list[tuple[object, ...]]:
    """Return all rows of a question of our own; texts as `str`."""
    prepared = prepare(connection, sql)
    result = execute(connection, prepared, values)
    rows = [] if result.is_done else _rows(connection, result, None)
    forget(connection, prepared.number)
    return [tuple(_plain(value) for value in row) for row in rows]


def _plain(value: object) -> object:
    return value.decode() if isinstance(value, bytes) else value


def _done(prepared: Prepared, packet: MysqlPacket) -> Result:
    packet.advance(1)
    affected = packet.read_length_encoded_integer()
    return Result(prepared.number, [], affected_rows=affected, is_done=True)


def _read_fields(
    connection: Connection, count: int
) -> tuple[list[FieldDescriptorPacket], int]:
    fields = [connection._read_packet(FieldDescriptorPacket) for _ in range(count)]
    return fields, _status(connection._read_packet())


def _status(end: MysqlPacket) -> int:
    (status,) = struct.unpack_from("<xxxH", end.get_all_data())
    return int(status)


def _rows(connection: Connection, result: Result, count: int | None) -> list[Row]:
    read_row = result.read_row
    assert read_row is not None
    rows: list[Row] = []
    while count is None or len(rows) < count:
        packet = connection._read_packet()
        if packet.is_eof_packet():
            is_last = bool(_status(packet) & LAST_ROW_SENT)
            result.is_done = is_last or not result.has_cursor
            break
        rows.append(read_row(packet.get_all_data()))
    return rows
