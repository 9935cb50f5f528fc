"""`entrepot catalogue init`: a table and samples where there are none; no data goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Literal

import psycopg
from psycopg.sql import SQL, Identifier, Placeholder
from sqlalchemy import exists, select

from entrepot.base import events
from entrepot.base.errors import Conflict, Unavailable
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.catalogue.editing import create_product
from entrepot.catalogue.events import CatalogueInitialised
from entrepot.catalogue.models import Product
from entrepot.catalogue.serving.layouts import columns_of, is_ours
from entrepot.catalogue.serving.lines import CONNECT_SECONDS, told
from entrepot.catalogue.serving.samples import Sample, list_samples
from entrepot.catalogue.serving.source import is_elsewhere, parameters

LOCK = 7_215_004
"""Of PostgreSQL's advisory locks: two at once would make the samples twice."""
TABLE = (
    "CREATE TABLE products (id SERIAL PRIMARY KEY, description TEXT, "
    "image_url VARCHAR(255), name VARCHAR(255))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Initialised:
    """What was seen to.

    Attributes:
        where: Our own database, or the one that DB_HOST and its like name.
        products: Samples that were added.
    """

    where: Literal["own", "elsewhere"]
    is_table_new: bool
    products: int


def initialise(house: House, *, by: str) -> Initialised:
    """Make what is not there: the table, and in an empty one the five samples.

    Raises:
        Unavailable: The database cannot be reached.
        Conflict: The database elsewhere is another Entrepôt's own.
    """
    done = _elsewhere(house) if is_elsewhere(house) else _own(house, by)
    events.emit(
        CatalogueInitialised(
            where=done.where,
            products=done.products,
            is_table_new=done.is_table_new,
        )
    )
    return done


def _own(house: House, by: str) -> Initialised:
    added = 0
    with house.store.session() as session:
        if not session.scalar(select(exists().where(Product.id > 0))):
            for sample in list_samples():
                create_product(session, _values(sample), by=by)
                added += 1
    return Initialised(where="own", is_table_new=False, products=added)


def _values(sample: Sample) -> dict[str, object]:
    return {
        "sku": f"ORIGAMI-{sample.id}",
        "name": sample.name,
        "description": sample.description,
        "price": Decimal(0),
        "status": "active",
        "featured_image_url": sample.image_url,
    }


def _elsewhere(house: House) -> Initialised:
    given = parameters(house, is_own=False)
    try:
        with psycopg.connect(**given, connect_timeout=CONNECT_SECONDS) as connection:
            return _fill(connection)
    except psycopg.OperationalError as error:
        raise Unavailable(
            f"the database of the products cannot be reached: {told(error)}",
            hint="DB_HOST, DB_PORT, DB_NAME, DB_USER and DB_PASSWORD say where it is",
        ) from error


def _fill(connection: psycopg.Connection) -> Initialised:
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    columns = columns_of(connection)
    if is_ours(connection):
        raise Conflict(
            "that database is an Entrepôt's own, whose products have documents beside",
            hint="leave DB_HOST empty and name it in DATABASE_URL",
        )
    is_new = not columns
    if is_new:
        connection.execute(TABLE)
        columns = columns_of(connection)
    found = connection.execute("SELECT EXISTS (SELECT 1 FROM products)").fetchone()
    samples = [] if found and found[0] else list_samples()
    added = _insert(connection, samples, columns)
    return Initialised(where="elsewhere", is_table_new=is_new, products=added)


def _insert(
    connection: psycopg.Connection, samples: Iterable[Sample], columns: set[str]
) -> int:
    added = 0
    for sample in samples:
        moment = {"created_at": now(), "updated_at": now(), "is_active": True}
        row = {**moment, **_values(sample), **asdict(sample)}
        del row["id"]  # the table's own sequence counts on
        kept = {name: value for name, value in row.items() if name in columns}
        statement = SQL("INSERT INTO products ({}) VALUES ({})").format(
            SQL(", ").join(map(Identifier, kept)),
            SQL(", ").join(Placeholder() * len(kept)),
        )
        connection.execute(statement, tuple(kept.values()))
        added += 1
    return added
