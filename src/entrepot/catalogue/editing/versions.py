"""What a product was: walk back from now through the old values of each change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from entrepot.base.errors import NotThere
from entrepot.catalogue.editing.values import state_of, tidy
from entrepot.catalogue.product_models import Product
from entrepot.catalogue.record_models import Version

State = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field, before and after; values as JSON has them, money as a number."""

    field: str
    old: object
    new: object


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSeen:
    """One change of a product.

    Attributes:
        kind: One of `CHANGE_KINDS`.
        changes: The fields that it changed.
    """

    version: int
    kind: str
    changed_at: datetime
    changed_by: str
    import_id: str | None
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """A change with the whole product on both sides; None where there was none."""

    row: Version
    before: State | None
    after: State | None


def list_versions(
    session: Session, product_id: int, *, limit: int = 100, before: int | None = None
) -> list[VersionSeen]:
    """Return a product's changes, the newest first, also a deleted one's.

    Args:
        before: Begin below this version.

    Raises:
        NotThere: There is no such product, and there was none.
    """
    seen: list[VersionSeen] = []
    for step in _walk(session, product_id):
        if before is not None and step.row.version >= before:
            continue
        if len(seen) == limit:
            break
        seen.append(_seen(step))
    if not seen and session.get(Product, product_id) is None:
        _refuse_unknown(session, product_id)
    return seen


def get_version(session: Session, product_id: int, version: int) -> VersionSeen:
    """Return one change of a product.

    Raises:
        NotThere: There is no such product, or no such version of it.
    """
    for step in _walk(session, product_id):
        if step.row.version == version:
            return _seen(step)
    raise NotThere("version", str(version), [])


def state_at(session: Session, product_id: int, version: int) -> State:
    """Return all fields as they were after a change; values as JSON has them.

    Raises:
        NotThere: There is no such version, or the product was deleted by it.
    """
    product = session.get(Product, product_id)
    state = None if product is None else state_of(product)
    at = 0 if product is None else product.version
    for step in _walk(session, product_id):
        if step.row.version <= version:
            state, at = step.after, step.row.version
            break
        state, at = step.before, step.row.version - 1
    if state is None or at != version:
        raise NotThere("version", str(version), [])
    return state


def _walk(session: Session, product_id: int) -> Iterator[_Step]:
    """Yield every change, the newest first."""
    product = session.get(Product, product_id)
    state = None if product is None else state_of(product)
    rows = select(Version).where(Version.product_id == product_id)
    for row in session.scalars(rows.order_by(Version.version.desc())):
        before = _before(row, state)
        yield _Step(row, before, state)
        state = before


def _before(row: Version, after: State | None) -> State | None:
    """Return the whole product before a change."""
    if row.before is None:
        return None
    old = {name: tidy(name, value) for name, value in row.before.items()}
    return {**(after or {}), **old}


def _seen(step: _Step) -> VersionSeen:
    old, new = step.before or {}, step.after or {}
    names = list(new or old) if None in (step.before, step.after) else list(old)
    return VersionSeen(
        version=step.row.version,
        kind=step.row.kind,
        changed_at=step.row.changed_at,
        changed_by=step.row.changed_by,
        import_id=step.row.import_id,
        changes=tuple(
            FieldChange(field=name, old=old.get(name), new=new.get(name))
            for name in names
            if old.get(name) != new.get(name)
        ),
    )


def _refuse_unknown(session: Session, product_id: int) -> None:
    known = select(Version.version).where(Version.product_id == product_id).limit(1)
    if session.scalar(known) is None:
        raise NotThere("product", str(product_id), [])


def list_written_by(session: Session, import_id: str, *, limit: int) -> list[int]:
    """Return the ids of products that an import made or changed, by id."""
    wanted = (
        select(Version.product_id)
        .where(Version.import_id == import_id, Version.kind != "delete")
        .distinct()
    )
    return list(session.scalars(wanted.order_by(Version.product_id).limit(limit)))
