"""People's own statements, read by another process, which is killed when it must be.

DuckDB looks at the clock and at interrupts only between calls of functions, and counts
only part of the memory that they take: one call over long texts goes on for hours, or
fills the machine. A process can be killed at any moment.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

import msgspec
import pyarrow as pa

from entrepot.base.deadline import Deadline
from entrepot.base.errors import Broken, TooMuch, Unavailable
from entrepot.base.faults import Fault, error_of
from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.dialects.duckdb import wire
from entrepot.connections.dialects.duckdb.wire import Errand, read_frame
from entrepot.connections.spec import Plan, Statement, Target

COMMAND = (sys.executable, "-P", "-m", "entrepot.connections.dialects.duckdb.child")

GRACE_SECONDS = 0.25
"""How much longer we wait than the child, which ends most statements gently."""

START_SECONDS = 30.0
CLOSING_SECONDS = 1.0
IDLE_MOST = 1
"""Children that wait for the next errand; another takes half a second to start."""


class Apart:
    """Children that read one target: as many at a time as its pool has connections."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._free = threading.BoundedSemaphore(target.pool_count)
        self._lock = threading.Lock()
        self._idle: list[_Child] = []

    @contextmanager
    def read(
        self, statement: Statement, options: ReadOptions, memory_bytes: int
    ) -> Iterator[RowStream]:
        """Run one statement and give its rows, as the child reads them.

        Raises:
            TimedOut, Stopped: The child was killed, if it did not end by itself.
            TooMuch: It wanted more memory than it may have.
            Unavailable: All children are busy.
        """
        errand = Errand(
            kind="read",
            target=self._target,
            statement=statement,
            seconds=options.seconds,
            batch_rows=options.batch_rows,
        )
        with self._asked(errand, options, memory_bytes) as asked:
            payload = asked.answer(wire.SCHEMA)
            with pa.ipc.open_stream(payload[1:]) as reader:
                schema = reader.schema
            yield RowStream(schema, asked.batches(), is_uniform=bool(payload[0]))

    def explain(
        self,
        statement: Statement,
        options: ReadOptions,
        memory_bytes: int,
        *,
        run: bool,
    ) -> Plan:
        """Return a statement's plan; to make one, DuckDB works out what is constant."""
        errand = Errand(
            kind="analyze" if run else "explain",
            target=self._target,
            statement=statement,
            seconds=options.seconds,
            batch_rows=options.batch_rows,
        )
        with self._asked(errand, options, memory_bytes) as asked:
            return msgspec.json.decode(asked.answer(wire.PLAN), type=Plan)

    def close(self) -> None:
        """End the children that do nothing."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    @contextmanager
    def _asked(
        self, errand: Errand, options: ReadOptions, memory_bytes: int
    ) -> Iterator[_Asked]:
        """Give an errand to a child; it is idle again after this, or gone."""
        if not self._free.acquire(timeout=options.seconds):
            raise Unavailable(
                f"all {self._target.pool_count} readers of {self._target.name!r} "
                "are busy",
                hint="try again when other readers are done",
            )
        try:
            child = self._take(memory_bytes)
            try:
                with Deadline(
                    options.seconds,
                    child.kill,
                    grace_seconds=GRACE_SECONDS,
                    switch=options.switch,
                ) as deadline:
                    asked = _Asked(child, deadline)
                    try:
                        asked.send(errand)
                        yield asked
                    finally:
                        asked.finish()
            finally:
                self._give_back(child)
        finally:
            self._free.release()

    def _take(self, memory_bytes: int) -> _Child:
        with self._lock:
            for child in self._idle:
                if child.memory_bytes == memory_bytes and child.is_alive:
                    self._idle.remove(child)
                    return child
        return _Child(memory_bytes)

    def _give_back(self, child: _Child) -> None:
        if not child.is_alive:
            child.end()
            return
        with self._lock:
            self._idle.insert(0, child)
            gone, self._idle = self._idle[IDLE_MOST:], self._idle[:IDLE_MOST]
        for child in gone:
            child.end()


class _Asked:
    """A child with an errand, and the clock over both."""

    def __init__(self, child: _Child, deadline: Deadline) -> None:
        self._child, self._deadline = child, deadline
        self._is_done = False

    def send(self, errand: Errand) -> None:
        """Tell the child what to do."""
        with self._deadline.watched(), self._child.living():
            pickle.dump(errand, self._child.errands)
            self._child.errands.flush()

    def answer(self, kind: bytes) -> bytes:
        """Return the answer of a kind; raise the error that came in its place."""
        found, payload = self._next()
        if found != kind:
            raise Broken(f"the child answers {found!r}, not {kind!r}")
        self._is_done = kind == wire.PLAN
        return payload

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield what the child reads, one batch when one is wanted."""
        while not self._is_done:
            self._say(wire.NEXT)
            kind, payload = self._next()
            if kind == wire.END:
                self._is_done = True
                return
            with pa.ipc.open_stream(payload) as reader:
                yield reader.read_next_batch()

    def finish(self) -> None:
        """Have the child leave the rest; kill it where it does not do so soon."""
        if self._is_done or not self._child.is_alive:
            return
        with Deadline(CLOSING_SECONDS, self._child.kill), suppress(EOFError, OSError):
            self._child.errands.write(wire.STOP)
            self._child.errands.flush()
            read_frame(self._child.answers)

    def _say(self, word: bytes) -> None:
        with self._deadline.watched(), self._child.living():
            self._child.errands.write(word)
            self._child.errands.flush()

    def _next(self) -> tuple[bytes, bytes]:
        with self._deadline.watched(), self._child.living():
            kind, payload = read_frame(self._child.answers)
        if kind == wire.FAULT:
            self._is_done = True
            raise error_of(msgspec.json.decode(payload, type=Fault))
        return kind, payload


class _Child:
    """A process that reads, once it is ready."""

    def __init__(self, memory_bytes: int) -> None:
        self.memory_bytes = memory_bytes
        self._is_killed = False
        self._process = subprocess.Popen(
            (*COMMAND, str(memory_bytes), str(os.getpid())),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            process_group=0,  # so that Ctrl-C is ours to handle
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.errands: IO[bytes] = self._process.stdin
        self.answers: IO[bytes] = self._process.stdout
        with (
            Deadline(START_SECONDS, self.kill) as deadline,
            deadline.watched(),
            self.living(),
        ):
            read_frame(self.answers)

    @property
    def is_alive(self) -> bool:
        """Tell whether it runs, and will go on."""
        return not self._is_killed and self._process.poll() is None

    @contextmanager
    def living(self) -> Iterator[None]:
        """Do what needs it alive.

        Raises:
            TooMuch: The system ended it.
            Broken: It ended by itself.
        """
        try:
            yield
        except (EOFError, BrokenPipeError) as error:
            code = self.end()
            if code >= 0:
                raise Broken(f"the process that reads ended with {code}") from error
            raise TooMuch("the statement wanted more memory than it may") from error

    def kill(self) -> None:
        """Kill it, from any thread; whoever waits for an answer finds it gone."""
        self._is_killed = True
        self._process.kill()

    def end(self) -> int:
        """Kill it and leave nothing of it; return its code, below 0 for a signal."""
        self._process.kill()
        code = self._process.wait()
        for pipe in (self.errands, self.answers):
            with suppress(BrokenPipeError):
                pipe.close()
        return code
