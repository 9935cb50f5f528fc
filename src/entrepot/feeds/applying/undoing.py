"""Take an import back: its versions hold what was before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.catalogue import FIELDS, Version
from entrepot.feeds.applying import writing
from entrepot.feeds.applying.comparing import Wish
from entrepot.feeds.applying.tables import PRODUCTS, Tables, make_temporary, tables_of
from entrepot.feeds.applying.tongues import Tongue, Value, tongue_of
from entrepot.feeds.feed_models import Carried, Import
from entrepot.feeds.seen import Conflict

SHOWN = 100
"""Of the conflicts, so many are told one by one."""

VERSIONS: Table = Version.__table__  # type: ignore[assignment]  # a model has one
_LATER = VERSIONS.alias("later")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What was taken back; `kept` products were made by the import, and changed."""

    deleted: int
    restored: int
    kept: int
    conflict_count: int
    conflicts: tuple[Conflict, ...]


Settle = Callable[[Session, Undone], None]


def undo(
    house: House,
    wish: Wish,
    *,
    is_forced: bool,
    settle: Settle,
    advance: Callable[[str, float], None],
) -> Undone:
    """Give products the fields back that the import changed, and delete what it made.

    A field that was changed since is a conflict: it stays, but where `is_forced`.

    Args:
        settle: Called in the transaction that writes, before it ends.
    """
    with house.store.desk() as desk:
        advance("comparing", 10)
        with desk.reading() as session:
            tables = tables_of(_fields(session, wish.import_id))
            make_temporary(session, *tables.all)
            _stage(session, tables, wish.import_id, is_forced=is_forced)
        advance("writing", 40)
        with desk.writing() as session:
            make_temporary(session, *tables.all)
            _stage(session, tables, wish.import_id, is_forced=is_forced)
            undone = _undone(session, tables, wish.import_id)
            written = _write(session, tables, wish, at=now())
            advance("documents", 70)
            writing.refresh(session, written)
            settle(session, undone)
        return undone


def _fields(session: Session, import_id: str) -> list[str]:
    """Return the names of the fields that the import changed somewhere."""
    keys = tongue_of(session).keys(VERSIONS.c.before)
    found = select(keys).where(
        VERSIONS.c.import_id == import_id, VERSIONS.c.kind == "update"
    )
    return list(session.scalars(select(found.subquery().c[0]).distinct()))


def _stage(
    session: Session, tables: Tables, import_id: str, *, is_forced: bool
) -> None:
    """Stage the former values; the mask names the fields to be set back."""
    tongue = tongue_of(session)
    names = ["seq", "line", "file_id", "product_id", *(f.name for f in tables.fields)]
    before = [tongue.from_json(f, VERSIONS.c.before) for f in tables.fields]
    session.execute(
        insert(tables.stage).from_select(
            names,
            select(
                func.row_number().over(order_by=VERSIONS.c.product_id),
                literal(0),
                VERSIONS.c.version,
                VERSIONS.c.product_id,
                *before,
            )
            .where(VERSIONS.c.import_id == import_id, VERSIONS.c.kind == "update")
            .where(VERSIONS.c.product_id.in_(select(PRODUCTS.c.id))),
        )
    )
    _find_fields(session, tables, tongue, is_forced=is_forced)
    untouched = or_(PRODUCTS.c.version == 1, ~_later(tongue, literal(1), None))
    wanted = (
        select(VERSIONS.c.product_id)
        .join(PRODUCTS, PRODUCTS.c.id == VERSIONS.c.product_id)
        .where(VERSIONS.c.import_id == import_id, VERSIONS.c.kind == "create")
    )
    if not is_forced:
        wanted = wanted.where(untouched)
    session.execute(insert(tables.gone).from_select(["product_id"], wanted))


def _find_fields(
    session: Session,
    tables: Tables,
    tongue: Tongue,
    *,
    is_forced: bool,
) -> None:
    stage = tables.stage.c
    mask: Value = literal(0, BigInteger)
    held: Value = literal(0, BigInteger)
    is_later = PRODUCTS.c.version > VERSIONS.c.version
    for field in tables.fields:
        bit = literal(tables.bit(field), BigInteger)
        has = tongue.has_key(field, VERSIONS.c.before)
        clash = and_(has, is_later, _later(tongue, VERSIONS.c.version, field.name))
        held = held + case((clash, bit), else_=0)
        taken = has if is_forced else and_(has, ~clash)
        mask = mask + case((taken, bit), else_=0)
    session.execute(
        insert(tables.diff).from_select(
            ["seq", "product_id", "mask", "held"],
            select(stage.seq, PRODUCTS.c.id, mask, held)
            .select_from(tables.stage)
            .join(PRODUCTS, PRODUCTS.c.id == stage.product_id)
            .join(
                VERSIONS,
                and_(
                    VERSIONS.c.product_id == stage.product_id,
                    VERSIONS.c.version == stage.file_id,
                ),
            ),
        )
    )


def _later(tongue: Tongue, version: Any, field: str | None) -> ColumnElement[bool]:
    """Tell whether somebody changed the product, or a field of it, since a version.

    Imports that were undone, and the undoing of them, changed nothing.
    """
    undone = select(Import.id).where(Import.state == "undone")
    later = [
        _LATER.c.product_id == PRODUCTS.c.id,
        _LATER.c.version > version,
        _LATER.c.kind != "undo",
        or_(_LATER.c.import_id.is_(None), _LATER.c.import_id.not_in(undone)),
    ]
    if field is not None:
        later.append(tongue.has_key(FIELDS[field], _LATER.c.before))
    return exists().where(*later)


def _undone(session: Session, tables: Tables, import_id: str) -> Undone:
    def count(statement: Any) -> int:
        return session.scalar(select(func.count()).select_from(statement)) or 0

    made = count(
        select(PRODUCTS.c.id)
        .join(Version, Version.product_id == PRODUCTS.c.id)
        .where(Version.import_id == import_id, Version.kind == "create")
        .subquery()
    )
    deleted = count(tables.gone)
    restored = count(select(tables.diff).where(tables.diff.c.mask != 0).subquery())
    held = _count_held(session, tables)
    return Undone(
        deleted=deleted,
        restored=restored,
        kept=made - deleted,
        conflict_count=held,
        conflicts=tuple(_conflicts(session, tables)) if held else (),
    )


def _count_held(session: Session, tables: Tables) -> int:
    held = tables.diff.c.held
    sums = [
        func.coalesce(func.sum(case((held.op("&")(tables.bit(f)) != 0, 1), else_=0)), 0)
        for f in tables.fields
    ]
    return sum(int(n) for n in session.execute(select(*sums)).one()) if sums else 0


def _conflicts(session: Session, tables: Tables) -> list[Conflict]:
    tongue = tongue_of(session)
    found: list[Conflict] = []
    for field in tables.fields:
        if len(found) >= SHOWN:
            break
        rows = session.execute(
            select(
                PRODUCTS.c.id,
                PRODUCTS.c.sku,
                tongue.told(field, PRODUCTS.c[field.name]),
                tongue.told(field, tables.stage.c[field.name]),
            )
            .select_from(tables.diff)
            .join(tables.stage, tables.stage.c.seq == tables.diff.c.seq)
            .join(PRODUCTS, PRODUCTS.c.id == tables.diff.c.product_id)
            .where(tables.diff.c.held.op("&")(tables.bit(field)) != 0)
            .order_by(PRODUCTS.c.id)
            .limit(SHOWN - len(found))
        )
        found += [
            Conflict(product_id=id, sku=sku, field=field.name, now=is_now, former=was)
            for id, sku, is_now, was in rows
        ]
    return found


def _write(
    session: Session, tables: Tables, wish: Wish, *, at: datetime
) -> list[tuple[Any, bool]]:
    written: list[tuple[Any, bool]] = []
    used = writing.used_fields(session, tables)
    if used:
        values: dict[str, Value] = {f.name: tables.stage.c[f.name] for f in used}
        writing.update_products(
            session, tables, used, values, wish=wish, kind="undo", at=at
        )
        changed = select(tables.diff.c.product_id).where(tables.diff.c.mask != 0)
        has_words = any(f.name in writing.SEARCHED for f in used)
        written.append((changed, has_words))
    if session.scalar(select(tables.gone.c.product_id).limit(1)) is not None:
        _delete(session, tables, wish, at=at)
        written.append((select(PRODUCTS.c.id).where(PRODUCTS.c.id < 0), False))
    quiet = {"synchronize_session": False}
    session.execute(
        delete(Carried)
        .where(Carried.import_id == wish.import_id)
        .execution_options(**quiet)
    )
    session.execute(
        update(Carried)
        .where(Carried.gone_import_id == wish.import_id)
        .values(gone_import_id=None)
        .execution_options(**quiet)
    )
    return written


def _delete(session: Session, tables: Tables, wish: Wish, *, at: datetime) -> None:
    tongue = tongue_of(session)
    parts: Value = literal("")
    for field in FIELDS.values():
        member = literal(f',"{field.name}":')
        parts = parts + member + tongue.as_json(field, PRODUCTS.c[field.name])
    whole = tongue.object_of(literal("{") + func.substr(parts, 2) + literal("}"))
    ids = select(tables.gone.c.product_id)
    writing.add_versions(
        session,
        select(
            PRODUCTS.c.id,
            PRODUCTS.c.version + 1,
            *writing.said(wish, "delete", at),
            whole,
        ).where(PRODUCTS.c.id.in_(ids)),
    )
    session.execute(delete(PRODUCTS).where(PRODUCTS.c.id.in_(ids)))
