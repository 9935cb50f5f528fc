"""Run operations over a stream: record batches in, record batches out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.base.rows import BATCH_ROWS, RowStream
from entrepot.exports.operations.engine import MEMORY_MB, lock, open_engine, turned
from entrepot.exports.operations.feed import Feed
from entrepot.exports.operations.result import make_batch, result_schema
from entrepot.exports.operations.state import Bench, Column, State, located
from entrepot.exports.spool import spooled
from entrepot.exports.wanted import Operation

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


@contextmanager
def applied(
    stream: RowStream,
    operations: Sequence[Operation],
    joined: Sequence[RowStream],
    folder: Path,
    *,
    memory_mb: int = MEMORY_MB,
    seconds: float | None = None,
) -> Iterator[RowStream]:
    """Give the rows as the operations make them of a stream.

    Filters, selections and derived columns are worked on as they pass; what must see
    all rows keeps to its memory and puts the rest on disk.

    Args:
        joined: The other source of each join, in their order.
        folder: For temporary files.
        seconds: After these they end; None where the whole process can be ended.

    Raises:
        TimedOut: They took longer.
        UnknownName: An operation names a column that is not there; it is named by its
            place, as in `operations[2]`.
        Invalid: An operation does not fit the columns.
        TooMuch: Memory or disk do not suffice.
        EntrepotError: Out of the batches: the streams' own.
    """
    with ExitStack() as stack:
        feeds = _feeds(stack, [stream, *joined], folder)
        engine = stack.enter_context(
            open_engine(folder, memory_mb=memory_mb, seconds=seconds)
        )
        for feed in feeds:
            engine.register(feed.name, feed.reader())
        lock(engine)
        state = _planned(engine, feeds, operations)
        yield _result(stack, engine, state, feeds)


def _feeds(stack: ExitStack, streams: Sequence[RowStream], folder: Path) -> list[Feed]:
    feeds: list[Feed] = []
    for number, stream in enumerate(streams):
        even = stream
        if not stream.is_uniform:
            place = folder / f"source-{number}"
            place.mkdir()
            even = stack.enter_context(spooled(stream, place))
        feeds.append(Feed(even, number, sum(len(feed.keys) for feed in feeds)))
    return feeds


def _planned(
    engine: duckdb.DuckDBPyConnection,
    feeds: Sequence[Feed],
    operations: Sequence[Operation],
) -> State:
    errors = _errors(feeds)
    with turned(errors):
        state, *others = [_begun(engine, feed) for feed in feeds]
    bench = Bench(engine, iter(others))
    for place, operation in enumerate(operations):
        with located(f"operations[{place}]"), turned(errors):
            state = _stepped(bench, state, operation)
    return state


def _stepped(bench: Bench, state: State, operation: Operation) -> State:
    from entrepot.exports.operations.steps import step

    after = step(bench, state, operation)
    bench.kinds(after.sql, after.params)  # what does not compile is this step's fault
    return after


def _begun(engine: duckdb.DuckDBPyConnection, feed: Feed) -> State:
    sql = f"SELECT * FROM {feed.name}"
    found = engine.sql(sql)
    kinds = dict(zip(found.columns, map(str, found.types), strict=True))
    columns = [
        Column(name=field.name, key=key, kind=kinds[key], origin=field)
        for key, field in zip(feed.keys, feed.fields, strict=True)
    ]
    return State(sql=sql, columns=tuple(columns), order=(feed.order,))


def _result(
    stack: ExitStack,
    engine: duckdb.DuckDBPyConnection,
    state: State,
    feeds: Sequence[Feed],
) -> RowStream:
    errors = _errors(feeds)
    with turned(errors):
        keys = ", ".join(column.key for column in state.columns)
        sql = f"SELECT {keys} FROM ({state.sql})"
        if not state.is_in_order and state.order:
            sql += f" ORDER BY {', '.join(state.order)}"
        relation = engine.sql(sql, params=list(state.params) or None)
        reader = relation.to_arrow_reader(BATCH_ROWS)
    stack.callback(reader.close)
    stack.callback(engine.interrupt)  # first: closing would read all the rest
    schema, is_uniform = result_schema(state.columns, reader.schema)
    batches = _batches(reader, schema, errors)
    return RowStream(schema, batches, is_uniform=is_uniform)


def _batches(
    reader: pa.RecordBatchReader,
    schema: pa.Schema,
    errors: Callable[[], BaseException | None],
) -> Iterator[pa.RecordBatch]:
    while True:
        with turned(errors):
            try:
                batch = reader.read_next_batch()
            except StopIteration:
                return
        if batch.num_rows:
            yield make_batch(batch, schema)


def _errors(feeds: Sequence[Feed]) -> Callable[[], BaseException | None]:
    return lambda: next((error for feed in feeds for error in feed.errors), None)
