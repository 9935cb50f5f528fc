"""A dialect whose statements or tables say, as JSON, what happens to who reads them."""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from entrepot.base import errors
from entrepot.base.rows import RowStream
from entrepot.connections import Column, Dialect, Schema, Structure, Table

BATCH_ROWS = 1000


class Drill:
    """Rows `n` and `name`; keys of a statement are `Drill.read`'s."""

    def __init__(self, target):
        self.target = target

    @contextmanager
    def read(self, statement, options):
        """Give `rows`; at row `at` do `act`.

        Args:
            statement: Also `where` to act (here, child), `pad` for longer texts,
                `mixed` to promise nothing of the types, `log` for a line each time.
        """
        texts = (statement.sql, (statement.table or ("", ""))[1])
        plans = [json.loads(text) for text in texts if text.startswith("{")]
        plan = plans[0] if plans else {"rows": 25}
        if "log" in plan:
            with Path(plan["log"]).open("a") as log:
                log.write(f"{os.getpid()} {options.killable}\n")
        names = pa.schema([("n", pa.int64()), ("name", pa.string())])
        is_uniform = not plan.get("mixed")
        yield RowStream(names, self._batches(plan, options), is_uniform=is_uniform)

    def _batches(self, plan, options):
        place = "child" if options.killable else "here"
        for start in range(0, plan["rows"], BATCH_ROWS):
            if start == plan.get("at", -1) and plan.get("where", place) == place:
                getattr(self, f"_{plan['act']}")(options)
            rows = range(start, min(start + BATCH_ROWS, plan["rows"]))
            texts = [f"row {n}".ljust(plan.get("pad", 0)) for n in rows]
            yield pa.record_batch({"n": pa.array(rows), "name": pa.array(texts)})

    def _refuse(self, options):
        raise errors.UnknownName("column", "nmae", ["n", "name"])

    def _vanish(self, options):
        raise errors.Unavailable("the server has gone")

    def _break(self, options):
        raise ZeroDivisionError("our secret")

    def _kill(self, options):
        os.kill(os.getpid(), 9)

    def _exit(self, options):
        os._exit(3)

    def _hang(self, options):
        time.sleep(60)

    def _expire(self, options):
        time.sleep(options.seconds)
        raise errors.TimedOut("the statement took too long")

    def list_schemas(self):
        """Return the one schema."""
        return [Schema(name="main")]

    def describe(self, schema, table):
        """Return the one view, whatever its name: nobody counts its rows."""
        columns = (
            Column(name="n", position=1, type="INTEGER", kind="integer"),
            Column(name="name", position=2, type="TEXT", kind="text"),
        )
        return Structure(
            schema=schema, table=Table(name=table, type="view"), columns=columns
        )

    @contextmanager
    def snapshot(self, options):
        """Give the same door: the rows never change."""
        yield self

    def mark(self):
        """Return what the URL says behind its host, as `drill://here/<mark>`."""
        return self.target.url.rpartition("/")[2] or None

    def close(self):
        """Nothing is open."""


DIALECT = Dialect(
    name="drill",
    summary="Rows that go wrong as they are told.",
    example="drill://here",
    is_file=False,
    sql=SQLiteDialect,
    open=Drill,
)
