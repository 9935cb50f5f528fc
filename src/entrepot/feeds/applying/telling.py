"""The changes of an import, one a row, for people to read before they are made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Integer,
    Select,
    Text,
    case,
    cast,
    column,
    literal,
    null,
    select,
    values,
)
from sqlalchemy.orm import Session

from entrepot.catalogue import Field
from entrepot.feeds.applying.comparing import Wish, new_value, vanishing
from entrepot.feeds.applying.loading import LABELS
from entrepot.feeds.applying.spool import CHANGES, open_writer
from entrepot.feeds.applying.tables import PRODUCTS, Tables
from entrepot.feeds.applying.tongues import Tongue, Value, tongue_of

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 8_192


def change_schema() -> pa.Schema:
    """Return the columns in which changes are kept."""
    import pyarrow as pa

    texts = ("sku", "name", "kind", "field", "old", "new")
    numbers = [("line", pa.int64()), ("product_id", pa.int64())]
    return pa.schema([*numbers, *((name, pa.string()) for name in texts)])


def tell_changes(
    session: Session, folder: Path, tables: Tables, wish: Wish, *, name: str = CHANGES
) -> int:
    """Write every change to a file, and return how many there are.

    First the updates and then the creations, in the file's order, then what vanishes.
    The same changes give the same bytes.
    """
    import pyarrow as pa

    schema = change_schema()
    count = 0
    with open_writer(folder / name, schema) as writer:
        for statement in _statements(session, tables, wish):
            wanted = statement.execution_options(yield_per=BATCH_ROWS)
            for rows in session.execute(wanted).partitions():
                columns = zip(*rows, strict=True)
                arrays = [
                    pa.array(values, field.type)
                    for values, field in zip(columns, schema, strict=True)
                ]
                writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
                count += len(rows)
    return count


def _statements(session: Session, tables: Tables, wish: Wish) -> Iterator[Select[Any]]:
    tongue = tongue_of(session)
    mask = session.scalars(select(tables.diff.c.mask).distinct()).all()
    used = [f for f in tables.fields if any(m & tables.bit(f) for m in mask)]
    if used:
        yield _updates(tables, used, tongue)
    yield _creations(tables)
    found = vanishing(tables, wish)
    if found is not None:
        yield _vanishings(*found, tongue)


def _updates(tables: Tables, used: list[Field], tongue: Tongue) -> Select[Any]:
    """Return one row a field that changes: the rows' order, and the fields' within."""
    stage, diff = tables.stage.c, tables.diff.c
    fields = (
        values(column("bit", Integer), column("place", Integer), column("field", Text))
        .data([(tables.fields.index(f), n, f.name) for n, f in enumerate(used)])
        .cte("fields")
    )
    place = fields.c.place
    old = {n: _told(f, PRODUCTS.c[f.name], tongue) for n, f in enumerate(used)}
    new = {
        n: _told(f, new_value(tables, f, tongue), tongue) for n, f in enumerate(used)
    }
    return (
        select(
            stage.line,
            diff.product_id,
            PRODUCTS.c.sku,
            PRODUCTS.c.name,
            literal("update"),
            fields.c.field,
            case(old, value=place),
            case(new, value=place),
        )
        .select_from(tables.diff)
        .join(tables.stage, stage.seq == diff.seq)
        .join(PRODUCTS, PRODUCTS.c.id == diff.product_id)
        .join(fields, diff.mask.op(">>")(fields.c.bit).op("&")(1) == 1)
        .order_by(diff.seq, place)
    )


def _told(field: Field, value: Value, tongue: Tongue) -> Value:
    if field.name != "category_id":
        return tongue.told(field, value)
    names = select(LABELS.c.label).where(LABELS.c.category_id == value)
    return names.scalar_subquery()


def _creations(tables: Tables) -> Select[Any]:
    stage, new = tables.stage.c, tables.new.c
    return (
        select(
            stage.line,
            cast(null(), Integer),
            stage.sku if tables.has("sku") else literal(""),
            stage.name if tables.has("name") else literal(""),
            literal("create"),
            literal(""),
            cast(null(), Text),
            cast(null(), Text),
        )
        .select_from(tables.new)
        .join(tables.stage, stage.seq == new.seq)
        .order_by(new.number)
    )


def _vanishings(
    field: Field, value: object, wanted: Any, tongue: Tongue
) -> Select[Any]:
    said = {False: "false", True: "true"}.get(value, str(value))  # type: ignore[call-overload]  # a word or a truth
    return (
        select(
            literal(0),
            PRODUCTS.c.id,
            PRODUCTS.c.sku,
            PRODUCTS.c.name,
            literal("vanish"),
            literal(field.name),
            tongue.told(field, PRODUCTS.c[field.name]),
            literal(said),
        )
        .where(PRODUCTS.c.id.in_(wanted))
        .order_by(PRODUCTS.c.id)
    )
