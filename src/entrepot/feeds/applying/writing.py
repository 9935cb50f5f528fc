"""Write an import to the catalogue: versions, products, and all that follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.orm import Session

from entrepot.base.store import UtcDateTime
from entrepot.catalogue import (
    Field,
    Version,
    bump,
    ensure_paths,
    note_addresses,
    reserve_ids,
)
from entrepot.catalogue import refresh as refresh_documents
from entrepot.feeds.applying.comparing import Wish, new_value, vanishing
from entrepot.feeds.applying.loading import LABELS, Labels
from entrepot.feeds.applying.tables import PRODUCTS, Tables
from entrepot.feeds.applying.tongues import Tongue, Value, tongue_of
from entrepot.feeds.feed_models import Carried

PICTURES = ("featured_image_url", "additional_images")
"""Fields that name pictures."""

SEARCHED = frozenset(
    {
        "sku",
        "name",
        "brand",
        "manufacturer",
        "manufacturer_part_number",
        "upc",
        "short_description",
        "description",
    }
)
"""Fields that products are found by: where only others change, the index need not."""


def exclude(session: Session, tables: Tables, lines: Sequence[int]) -> None:
    """Leave the changes of some lines out."""
    stage = tables.stage.c
    for start in range(0, len(lines), 500):
        some = select(stage.seq).where(stage.line.in_(lines[start : start + 500]))
        for table in (tables.diff, tables.new):
            session.execute(delete(table).where(table.c.seq.in_(some)))


def let_stay(session: Session, tables: Tables, products: Sequence[int]) -> None:
    """Leave products as they are though they left the file: the feed carries them."""
    gone = tables.gone.c.product_id
    for start in range(0, len(products), 500):
        some = gone.in_(products[start : start + 500])
        session.execute(delete(tables.gone).where(some))


def count_lines(session: Session, tables: Tables, lines: Sequence[int]) -> int:
    """Return how many of these lines are among the rows."""
    count, line = 0, tables.stage.c.line
    for start in range(0, len(lines), 500):
        some = line.in_(lines[start : start + 500])
        count += session.scalar(select(func.count()).where(some)) or 0
    return count


def write(
    session: Session, tables: Tables, wish: Wish, labels: Labels, *, at: datetime
) -> list[tuple[Select[Any], bool]]:
    """Write versions and products; return what to refresh, and whether with words.

    Each item selects ids. Nothing is written where nothing differs.
    """
    written: list[tuple[Select[Any], bool]] = []
    if labels.wanted and tables.has("category_id"):
        _make_categories(session, tables, labels, by=wish.by)
    used = used_fields(session, tables)
    if used:
        values = {f.name: new_value(tables, f, tongue_of(session)) for f in used}
        update_products(session, tables, used, values, wish=wish, kind="update", at=at)
        changed = select(tables.diff.c.product_id).where(tables.diff.c.mask != 0)
        has_words = any(f.name in SEARCHED for f in used)
        written.append((changed, has_words))
    if session.scalar(select(tables.new.c.seq).limit(1)) is not None:
        _create(session, tables, wish, at=at)
        made = select(tables.stage.c.product_id).join(
            tables.new, tables.new.c.seq == tables.stage.c.seq
        )
        written.append((made, True))
    gone = vanishing(tables, wish)
    if gone is not None:
        written += _vanish(session, tables, wish, gone, at=at)
    return written


def refresh(session: Session, written: list[tuple[Select[Any], bool]]) -> None:
    """Make the documents of what was written, and tell that the catalogue changed."""
    for wanted, has_words in written:
        refresh_documents(session, wanted, words_changed=has_words)
    if written:
        bump(session)


def note_pictures(session: Session, tables: Tables) -> int:
    """Note the pictures that products name since this import; return how many."""
    named = [field for field in tables.fields if field.name in PICTURES]
    if not named:
        return 0
    mask = tables.diff.c.mask.op("&")(sum(map(tables.bit, named)))
    changed = select(tables.diff.c.product_id).where(mask != 0)
    made = select(tables.stage.c.product_id).join(
        tables.new, tables.new.c.seq == tables.stage.c.seq
    )
    return sum(note_addresses(session, wanted) for wanted in (changed, made))


def used_fields(session: Session, tables: Tables) -> list[Field]:
    """Return the fields that change in some row."""
    masks = session.scalars(select(tables.diff.c.mask).distinct()).all()
    return [f for f in tables.fields if any(m & tables.bit(f) for m in masks)]


def _make_categories(
    session: Session, tables: Tables, labels: Labels, *, by: str
) -> None:
    """Make the categories that rows to be written need, and give them their ids."""
    stage = tables.stage.c
    rows = select(tables.diff.c.seq).where(
        tables.diff.c.mask.op("&")(_bit(tables, "category_id")) != 0
    )
    needed = session.scalars(
        select(stage.category_id)
        .distinct()
        .where(
            stage.category_id < 0,
            stage.seq.in_(rows) | stage.seq.in_(select(tables.new.c.seq)),
        )
    ).all()
    if not needed:
        return
    paths = {number: labels.wanted[number] for number in needed}
    ids = ensure_paths(session, list(paths.values()), by=by)
    for number, path in paths.items():
        session.execute(
            update(LABELS)
            .where(LABELS.c.category_id == number)
            .values(made_id=ids[path])
        )
    made = select(LABELS.c.made_id).where(LABELS.c.category_id == stage.category_id)
    session.execute(
        update(tables.stage)
        .where(stage.category_id < 0)
        .values(category_id=made.correlate(tables.stage).scalar_subquery())
    )


def _bit(tables: Tables, name: str) -> int:
    return next(tables.bit(f) for f in tables.fields if f.name == name)


def before_of(tables: Tables, fields: Sequence[Field], tongue: Tongue) -> Value:
    """Return the old values of the fields that change, as a JSON object."""
    parts: Value = literal("")
    for field in fields:
        member = literal(f',"{field.name}":') + tongue.as_json(
            field, PRODUCTS.c[field.name]
        )
        parts = parts + case((_changes(tables, field), member), else_="")
    return tongue.object_of(literal("{") + func.substr(parts, 2) + literal("}"))


def _changes(tables: Tables, field: Field) -> ColumnElement[bool]:
    return tables.diff.c.mask.op("&")(tables.bit(field)) != 0


def update_products(
    session: Session,
    tables: Tables,
    fields: Sequence[Field],
    values: dict[str, Value],
    *,
    wish: Wish,
    kind: str,
    at: datetime,
) -> None:
    """Write the fields that a row's mask names, and a version with the old values."""
    tongue = tongue_of(session)
    diff = tables.diff.c
    changed = and_(PRODUCTS.c.id == diff.product_id, diff.mask != 0)
    add_versions(
        session,
        select(
            PRODUCTS.c.id,
            PRODUCTS.c.version + 1,
            *said(wish, kind, at),
            before_of(tables, fields, tongue),
        )
        .select_from(tables.diff)
        .join(PRODUCTS, changed),
    )
    new: dict[str, Any] = {
        field.name: case(
            (_changes(tables, field), tongue.stored(field, values[field.name])),
            else_=PRODUCTS.c[field.name],
        )
        for field in fields
    }
    session.execute(
        update(PRODUCTS)
        .where(changed, tables.stage.c.seq == diff.seq)
        .values(version=PRODUCTS.c.version + 1, updated_at=at, **new)
    )


def said(wish: Wish, kind: str, at: datetime) -> tuple[Value, ...]:
    return (
        literal(kind),
        literal(at, UtcDateTime),
        literal(wish.by),
        literal(wish.import_id),
    )


def add_versions(session: Session, rows: Select[Any]) -> None:
    """Write versions: product, number, kind, when, who, import, old values."""
    names = [
        "product_id",
        "version",
        "kind",
        "changed_at",
        "changed_by",
        "import_id",
        "before",
    ]
    session.execute(insert(Version).from_select(names, rows))


def _create(session: Session, tables: Tables, wish: Wish, *, at: datetime) -> None:
    stage, new = tables.stage.c, tables.new.c
    tongue = tongue_of(session)
    first = reserve_ids(session, _count(session, tables))
    numbered = (
        select(new.number + (first - 1))
        .where(new.seq == stage.seq)
        .correlate(tables.stage)
    )
    session.execute(
        update(tables.stage)
        .where(stage.seq.in_(select(new.seq)))
        .values(product_id=numbered.scalar_subquery())
    )
    chosen = [_first_value(f, stage[f.name], tongue) for f in tables.fields]
    times = literal(at, UtcDateTime)
    joined = tables.new.join(tables.stage, stage.seq == new.seq)
    names = ["id", "created_at", "updated_at", *(f.name for f in tables.fields)]
    rows = select(stage.product_id, times, times, *chosen).select_from(joined)
    session.execute(
        insert(PRODUCTS).from_select(
            names, rows.order_by(new.number), include_defaults=False
        )
    )
    none = cast(null(), Version.before.type)
    versions = select(stage.product_id, literal(1), *said(wish, "create", at), none)
    add_versions(session, versions.select_from(joined))


def _count(session: Session, tables: Tables) -> int:
    return session.scalar(select(func.count()).select_from(tables.new)) or 0


def _first_value(field: Field, value: Value, tongue: Tongue) -> Value:
    """Return a new product's value: the column's default where the file has none."""
    default = PRODUCTS.c[field.name].default
    stored = tongue.stored(field, value)
    if default is None or not default.is_scalar:
        return stored
    return func.coalesce(stored, literal(default.arg))  # type: ignore[attr-defined]  # a scalar one has it


def _vanish(
    session: Session,
    tables: Tables,
    wish: Wish,
    gone: tuple[Field, object, Any],
    *,
    at: datetime,
) -> list[tuple[Select[Any], bool]]:
    """Archive or deactivate what the file has no longer."""
    field, value, wanted = gone
    if session.scalar(wanted.limit(1)) is None:
        return []
    ids = select(tables.gone.c.product_id)
    stays = PRODUCTS.c.id.not_in(wanted)
    kept = select(PRODUCTS.c.id).where(PRODUCTS.c.id.in_(ids), stays)
    session.execute(
        update(Carried)
        .where(Carried.feed_id == wish.feed_id, Carried.product_id.in_(kept))
        .values(gone_import_id=wish.import_id)
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(tables.gone).where(tables.gone.c.product_id.in_(kept)))
    _write_vanished(session, tables, wish, (field, value), at=at)
    return [(ids, False)]


def _write_vanished(
    session: Session,
    tables: Tables,
    wish: Wish,
    new: tuple[Field, object],
    *,
    at: datetime,
) -> None:
    field, value = new
    tongue = tongue_of(session)
    ids = select(tables.gone.c.product_id)
    member = literal(f'{{"{field.name}":') + tongue.as_json(
        field, PRODUCTS.c[field.name]
    )
    old = tongue.object_of(member + literal("}"))
    add_versions(
        session,
        select(
            PRODUCTS.c.id,
            PRODUCTS.c.version + 1,
            *said(wish, "update", at),
            old,
        ).where(PRODUCTS.c.id.in_(ids)),
    )
    session.execute(
        update(PRODUCTS)
        .where(PRODUCTS.c.id.in_(ids))
        .values(
            {field.name: value, "version": PRODUCTS.c.version + 1, "updated_at": at}
        )
    )


def carry(session: Session, tables: Tables, wish: Wish) -> None:
    """Note which products the feed carries now, and which it has no longer."""
    if wish.feed_id is None:
        return
    stage = tables.stage.c
    mine = Carried.feed_id == wish.feed_id
    quiet = {"synchronize_session": False}
    session.execute(
        update(Carried)
        .where(mine, Carried.product_id.in_(select(tables.gone.c.product_id)))
        .where(Carried.gone_import_id.is_(None))
        .values(gone_import_id=wish.import_id)
        .execution_options(**quiet)
    )
    in_file = select(stage.product_id).where(stage.product_id.is_not(None))
    session.execute(
        update(Carried)
        .where(mine, Carried.gone_import_id.is_not(None))
        .where(Carried.product_id.in_(in_file))
        .values(gone_import_id=None, import_id=wish.import_id)
        .execution_options(**quiet)
    )
    known = exists().where(mine, Carried.product_id == stage.product_id)
    session.execute(
        insert(Carried).from_select(
            ["feed_id", "product_id", "import_id"],
            select(
                literal(wish.feed_id), stage.product_id, literal(wish.import_id)
            ).where(stage.product_id.is_not(None), ~known),
        )
    )
