"""The catalogue as rows for exports: read from our own database, batch by batch."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import Connection, NullPool, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from entrepot.base.errors import TimedOut
from entrepot.base.house import House
from entrepot.base.rows import ReadOptions, RowStream
from entrepot.catalogue.finding import ProductQuery, select_ids
from entrepot.catalogue.outbound.items import Item, read_items
from entrepot.catalogue.outbound.links import Links, links_of
from entrepot.catalogue.outbound.rights import sees_costs
from entrepot.catalogue.outbound.shapes import SHAPES, Row, Shape
from entrepot.catalogue.product_models import Product

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueSource:
    """The rows of one shape, as a `RowSource` that any process can open.

    Attributes:
        url: Of our own database; it may hold a password.
        has_costs: What products cost us is among their fields; else that is empty.
        wanted: Which products; all when None. Its order and paging do not count.
    """

    url: URL = field(repr=False)
    shape: str
    links: Links
    title: str
    has_costs: bool = False
    wanted: ProductQuery | None = None

    @contextmanager
    def open(self, options: ReadOptions) -> Iterator[RowStream]:
        """Begin to read; all of it is of one moment.

        Raises:
            TimedOut: Out of the batches, when the time is over.
        """
        shape = SHAPES[self.shape]
        with (
            _connected(self.url) as connection,
            closing(self._items(connection, shape)) as pages,
        ):
            rows = shape.rows(pages, self.links, lambda _: None)
            ends_at = time.monotonic() + options.seconds
            batches = to_batches(shape, rows, options.batch_rows)
            yield RowStream(shape.schema(), _timed(batches, ends_at), is_uniform=True)

    def _items(self, connection: Connection, shape: Shape) -> Generator[list[Item]]:
        statement = shape.statement()
        if self.wanted is not None:
            with Session(connection) as session:
                ids = select_ids(session, self.wanted)
            statement = statement.where(Product.id.in_(ids))
        return read_items(connection, statement, has_costs=self.has_costs)


def catalogue_source(
    house: House, name: str, wanted: ProductQuery | None = None
) -> CatalogueSource:
    """Return the rows of a shape, by its name in `SHAPES`, for whoever acts now."""
    return CatalogueSource(
        url=house.store.url,
        shape=name,
        links=links_of(house.settings),
        title=name.rpartition(".")[2],
        has_costs=sees_costs(house),
        wanted=wanted,
    )


def to_batches(
    shape: Shape, rows: Iterator[Row], batch_rows: int
) -> Iterator[pa.RecordBatch]:
    """Yield the rows as batches of a shape's schema."""
    import pyarrow as pa

    schema = shape.schema()
    while some := list(islice(rows, batch_rows)):
        columns = zip(*some, strict=True)
        arrays = [
            pa.array(column, kind.type)
            for column, kind in zip(columns, schema, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


@contextmanager
def _connected(url: URL) -> Iterator[Connection]:
    """Give a connection of its own that reads one moment, in whatever process."""
    is_sqlite = url.get_backend_name() == "sqlite"
    engine = create_engine(url, poolclass=NullPool)
    if is_sqlite:
        event.listen(engine, "connect", _only_read)
    try:
        with engine.connect() as connection:
            if not is_sqlite:
                connection = connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            yield connection
    finally:
        engine.dispose()


def _only_read(connection: object, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")  # type: ignore[attr-defined]  # sqlite3's


def _timed(
    batches: Iterator[pa.RecordBatch], ends_at: float
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        if time.monotonic() > ends_at:
            raise TimedOut("reading the catalogue took longer than it may")
        yield batch
