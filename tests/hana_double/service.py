"""One client's connection: its login, then what it asks, one thing after another."""

from __future__ import annotations

import itertools
import socket
import ssl
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from tests.hana_double.engine import Engine, Outcome
from tests.hana_double.errors import HanaError
from tests.hana_double.fields import find_text_option, unpack_text
from tests.hana_double.lobs import Lobs
from tests.hana_double.login import Greeting, greet, place_reply
from tests.hana_double.packets import (
    LAST,
    NO_ROWS,
    Asked,
    Did,
    Kind,
    Part,
    PartKind,
    Parts,
    pack_reply,
    receive,
    receive_message,
)
from tests.hana_double.statements import Desk
from tests.hana_double.tenants import Client, Tenants
from tests.hana_double.values import (
    Column,
    Packer,
    pack_parameter_types,
    pack_result_types,
    packer,
    unpack_parameters,
)

ROOM = 131_072
"""Bytes of a message."""
FIRST_ROWS = 32
HELLO = bytes([4, 0x14, 0, 4, 1, 0, 0, 0])

Answer = tuple[Did, list[Part]]


@dataclass(slots=True)
class Rows:
    """A result that is being fetched."""

    columns: Sequence[Column]
    rest: Iterator[Sequence[object]]
    packers: Sequence[Packer]


@dataclass(slots=True)
class Service:
    """Serves one client until it goes."""

    wire: socket.socket
    tenants: Tenants
    methods: tuple[str, ...]
    engine: Engine | None = None
    desk: Desk | None = None
    database: str = ""
    lobs: Lobs = field(default_factory=Lobs)
    statements: dict[bytes, tuple[str, int]] = field(default_factory=dict)
    results: dict[bytes, Rows] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    greeting: Greeting | None = None

    def serve(self) -> None:
        """Answer everything, until the client or the connection ends."""
        try:
            receive(self.wire, 14)
            self.wire.sendall(HELLO)
            while self._answer_message():
                pass
        except (EOFError, OSError, ssl.SSLError):
            pass  # it has gone, as clients do
        finally:
            self._leave()

    def _answer_message(self) -> bool:
        number, asked = receive_message(self.wire)
        for segment in asked:
            try:
                did, parts = self._answer(segment)
            except HanaError as error:
                did, parts = Did.NOTHING, [_error_part(error)]
            session = self.engine.number if self.engine else 0
            self.wire.sendall(pack_reply(session, number, did, parts, room=ROOM))
            if segment.kind == Kind.DISCONNECT:
                return False
        return True

    def _answer(self, asked: Asked) -> Answer:
        parts = asked.parts
        if asked.kind == Kind.PLACE:
            self.database = find_text_option(parts[PartKind.PLACE][1], 1)
            return Did.NOTHING, [place_reply()]
        if asked.kind == Kind.AUTHENTICATE:
            return Did.NOTHING, [self._login_begins(parts)]
        if asked.kind == Kind.DISCONNECT:
            return Did.DISCONNECT, []
        answers: dict[int, Callable[[Parts, bool], Answer]] = {
            Kind.DIRECT: self._direct,
            Kind.PREPARE: self._prepare,
            Kind.EXECUTE: self._execute,
            Kind.FETCH: self._fetch,
            Kind.READ_LOB: self._read_lob,
            Kind.COMMIT: self._commit,
            Kind.ROLLBACK: self._rollback,
            Kind.CLOSE_RESULT: self._close_result,
            Kind.DROP_STATEMENT: self._drop_statement,
        }
        if asked.kind == Kind.CONNECT:
            return Did.CONNECT, self._login_ends(parts)
        if self.desk is None or asked.kind not in answers:
            raise HanaError(1033, f"error while parsing protocol: {asked.kind}")
        return answers[asked.kind](parts, asked.commits)

    def _login_begins(self, parts: Parts) -> Part:
        self.greeting = greet(self.tenants, self.database, self.methods)
        return self.greeting.begin(parts)

    def _login_ends(self, parts: Parts) -> list[Part]:
        if self.greeting is None:
            raise HanaError(1033, "error while parsing protocol: no login")
        tenant, user, replies = self.greeting.end(parts)
        number = next(self.tenants.numbers)
        self.engine = Engine(tenant, user, number, user)
        self.desk = Desk(self.engine, self.tenants)
        tenant.clients[number] = Client(user, self.engine.cancel, self._hang_up)
        return replies(number)

    def _hang_up(self) -> None:
        self.wire.shutdown(socket.SHUT_RDWR)
        if self.engine is not None:
            self.engine.cancel()

    def _leave(self) -> None:
        if self.engine is not None:
            self.engine.tenant.clients.pop(self.engine.number, None)
            self.engine.close()
        self.wire.close()

    def _direct(self, parts: Parts, commits: bool) -> Answer:
        sql = unpack_text(parts[PartKind.COMMAND][1])
        return self._run(sql, (), commits, is_described=False)

    def _prepare(self, parts: Parts, commits: bool) -> Answer:
        sql = unpack_text(parts[PartKind.COMMAND][1])
        assert self.desk is not None
        columns, places = self.desk.describe(sql)
        number = struct.pack("<q", next(self.numbers))
        self.statements[number] = sql, places
        replies = [Part(PartKind.STATEMENT_ID, 1, number)]
        if places:
            types = pack_parameter_types(places)
            replies.append(Part(PartKind.PARAMETER_TYPES, places, types))
        if columns:
            replies.append(_types_part(columns))
        return Did.SELECT if columns else Did.CHANGE, replies

    def _execute(self, parts: Parts, commits: bool) -> Answer:
        sql, places = self.statements[parts[PartKind.STATEMENT_ID][1]]
        values: list[object] = []
        if PartKind.PARAMETERS in parts:
            data = parts[PartKind.PARAMETERS][1]
            values = unpack_parameters(data, places)
        return self._run(sql, values, commits, is_described=True)

    def _run(
        self, sql: str, values: Sequence[object], commits: bool, *, is_described: bool
    ) -> Answer:
        assert self.desk is not None
        assert self.engine is not None
        outcome = self.desk.run(sql, values)
        replies = self._replies(outcome, is_described=is_described)
        if commits and outcome.did in (Did.SELECT, Did.CHANGE):
            self.engine.commit()
        return outcome.did, replies

    def _replies(self, outcome: Outcome, *, is_described: bool) -> list[Part]:
        if outcome.did == Did.CHANGE:
            count = struct.pack("<i", outcome.count)
            return [Part(PartKind.ROWS_AFFECTED, 1, count)]
        if outcome.did != Did.SELECT:
            return []
        number = struct.pack("<q", next(self.numbers))
        packers = [self._packer(column) for column in outcome.columns]
        self.results[number] = Rows(outcome.columns, iter(outcome.rows), packers)
        types = [] if is_described else [_types_part(outcome.columns)]
        first = self._chunk(number, FIRST_ROWS)
        return [*types, Part(PartKind.RESULT_ID, 1, number), first]

    def _fetch(self, parts: Parts, commits: bool) -> Answer:
        size = FIRST_ROWS
        if PartKind.FETCH_SIZE in parts:
            (size,) = struct.unpack("<i", parts[PartKind.FETCH_SIZE][1])
        return Did.FETCH, [self._chunk(parts[PartKind.RESULT_ID][1], size)]

    def _chunk(self, number: bytes, size: int) -> Part:
        if number not in self.results:
            raise HanaError(1033, "error while parsing protocol: no such result set")
        result, body, count = self.results[number], bytearray(), 0
        while count < size and len(body) < ROOM - 8_192:
            row = next(result.rest, None)
            if row is None:
                del self.results[number]
                last = LAST if count else LAST | NO_ROWS
                return Part(PartKind.RESULT, count, bytes(body), last)
            for pack, value in zip(result.packers, row, strict=True):
                body += pack(value)
            count += 1
        return Part(PartKind.RESULT, count, bytes(body))

    def _packer(self, column: Column) -> Packer:
        if column.type.is_lob:
            return partial(self.lobs.pack, column.type)
        return packer(column.type)

    def _read_lob(self, parts: Parts, commits: bool) -> Answer:
        return Did.READ_LOB, [self.lobs.read(parts[PartKind.LOB_ASKED][1])]

    def _commit(self, parts: Parts, commits: bool) -> Answer:
        assert self.engine is not None
        self.engine.commit()
        return Did.COMMIT, [Part(PartKind.TRANSACTION, 1, bytes([1, 28, 1]))]

    def _rollback(self, parts: Parts, commits: bool) -> Answer:
        assert self.engine is not None
        self.engine.rollback()
        return Did.ROLLBACK, [Part(PartKind.TRANSACTION, 1, bytes([0, 28, 1]))]

    def _close_result(self, parts: Parts, commits: bool) -> Answer:
        self.results.pop(parts[PartKind.RESULT_ID][1], None)
        return Did.CLOSE, []

    def _drop_statement(self, parts: Parts, commits: bool) -> Answer:
        self.statements.pop(parts[PartKind.STATEMENT_ID][1], None)
        return Did.NOTHING, []


def _types_part(columns: Sequence[Column]) -> Part:
    return Part(PartKind.RESULT_TYPES, len(columns), pack_result_types(columns))


def _error_part(error: HanaError) -> Part:
    text = error.text.encode()
    level = 2 if error.is_fatal else 1
    head = struct.pack("<iiib", error.code, error.position, len(text), level)
    return Part(PartKind.ERROR, 1, head + b"HY000" + text)
