"""Many products changed together: first looked at, then done."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from entrepot.base.errors import InvalidValue
from entrepot.base.times import now
from entrepot.catalogue import documents
from entrepot.catalogue.documents.claims import P
from entrepot.catalogue.editing.bulk_values import (
    BulkChange,
    Values,
    change_values,
    check_changes,
    field_of,
)
from entrepot.catalogue.editing.overriding import note_many
from entrepot.catalogue.editing.values import check_category, plain
from entrepot.catalogue.errors import BulkChanged
from entrepot.catalogue.product_models import Product
from entrepot.catalogue.record_models import Version

if TYPE_CHECKING:
    from entrepot.catalogue.finding import ProductQuery

BIG = 500
"""Products up to which it is done while people wait."""
AT_ONCE = 500

_PRODUCTS: Any = Product.__table__
_VERSIONS: Any = Version.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRow:
    """One field of one product that would be different.

    Attributes:
        problem: Why it cannot be so; such a product is left as it is.
    """

    id: int
    sku: str
    field: str
    old: object
    new: object
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkPreview:
    """What a bulk change would do.

    Attributes:
        total: Products it was asked for.
        changed: That would be different.
        refused: That it cannot be done to.
        rows: The first of the differences.
        token: Stands for exactly this; `apply_bulk` takes nothing else.
        is_job: So many that it is to be done in the background.
    """

    total: int
    changed: int
    refused: int
    rows: tuple[BulkRow, ...]
    token: str
    is_job: bool


@dataclass(frozen=True, slots=True)
class _Outcome:
    """One product before and after; `problem` says why it stays."""

    id: int
    sku: str
    version: int
    old: Values
    new: Values
    problem: str = ""

    @property
    def changed(self) -> list[str]:
        """Return the names of what is different."""
        return [
            n for n, value in self.new.items() if plain(value) != plain(self.old[n])
        ]


def preview_bulk(
    session: Session,
    wanted: ProductQuery,
    changes: Sequence[BulkChange],
    *,
    rows: int = 50,
) -> BulkPreview:
    """Return what changes would do to the products of a query (its `ids` too).

    Raises:
        Invalid: A change cannot be done to its field.
        UnknownName: There is no such field.
        NotThere: There is no such category.
    """
    total = changed = refused = 0
    shown: list[BulkRow] = []
    seal = _seal(changes)
    for outcome in _outcomes(session, wanted, changes):
        total += 1
        refused += bool(outcome.problem)
        changed += bool(outcome.changed)
        seal.update(b"%d %d;" % (outcome.id, outcome.version))
        if len(shown) < rows:
            shown += _rows(outcome)
    return BulkPreview(
        total=total,
        changed=changed,
        refused=refused,
        rows=tuple(shown[:rows]),
        token=seal.hexdigest(),
        is_job=total > BIG,
    )


def apply_bulk(
    session: Session,
    wanted: ProductQuery,
    changes: Sequence[BulkChange],
    *,
    token: str | None,
    by: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Do it; return how many products are different now.

    Args:
        token: Of the preview; None does it unseen.
        progress: Told how many of how many are written.

    Raises:
        BulkChanged: The products are not those of the preview any more.
        Invalid, UnknownName, NotThere: As `preview_bulk`.
    """
    seal, different = _seal(changes), []
    for outcome in _outcomes(session, wanted, changes, is_locked=True):
        seal.update(b"%d %d;" % (outcome.id, outcome.version))
        if outcome.changed:
            different.append(outcome)
    if token is not None and token != seal.hexdigest():
        raise BulkChanged(
            "the products, or the changes, are not those of the preview any more",
            hint="look at the preview again",
        )
    for start in range(0, len(different), AT_ONCE):
        _write(session, different[start : start + AT_ONCE], by=by)
        progress(min(start + AT_ONCE, len(different)), len(different))
    if different:
        documents.bump(session)
        session.expire_all()
    return len(different)


def _seal(changes: Sequence[BulkChange]) -> Any:
    return hashlib.sha256(repr(tuple(changes)).encode())


def _outcomes(
    session: Session,
    wanted: ProductQuery,
    changes: Sequence[BulkChange],
    *,
    is_locked: bool = False,
) -> Iterator[_Outcome]:
    """Yield the products in the order of their ids."""
    from entrepot.catalogue.finding import select_ids

    check_changes(changes)
    for change in changes:
        if change.field == "category_id":
            check_category(session, {"category_id": change.value})
    names = list(dict.fromkeys(map(field_of, changes)))
    columns = [P.c[name] for name in names]
    read = select(P.c.id, P.c.sku, P.c.version, *columns)
    read = read.where(P.c.id.in_(select_ids(session, wanted))).order_by(P.c.id)
    if is_locked:
        read = read.with_for_update(of=P)
    for id, sku, version, *values in session.execute(read):
        old = dict(zip(names, values, strict=True))
        try:
            yield _Outcome(id, sku, version, old, change_values(old, changes))
        except InvalidValue as error:
            yield _Outcome(id, sku, version, old, old, error.detail)


def _rows(outcome: _Outcome) -> Iterator[BulkRow]:
    if outcome.problem:
        yield BulkRow(
            id=outcome.id,
            sku=outcome.sku,
            field="",
            old=None,
            new=None,
            problem=outcome.problem,
        )
    for name in outcome.changed:
        yield BulkRow(
            id=outcome.id,
            sku=outcome.sku,
            field=name,
            old=plain(outcome.old[name]),
            new=plain(outcome.new[name]),
        )


def _write(session: Session, different: Sequence[_Outcome], *, by: str) -> None:
    at = now()
    names = list(different[0].new)
    connection = session.connection()
    written = update(_PRODUCTS).where(_PRODUCTS.c.id == bindparam("the_id"))
    connection.execute(
        written.values(
            version=_PRODUCTS.c.version + 1,
            updated_at=at,
            **{name: bindparam(f"new_{name}", type_=P.c[name].type) for name in names},
        ),
        [
            {"the_id": one.id, **{f"new_{n}": v for n, v in one.new.items()}}
            for one in different
        ],
    )
    connection.execute(insert(_VERSIONS), [_version(one, at, by) for one in different])
    note_many(
        session, [(one.id, name) for one in different for name in one.changed], by
    )
    documents.refresh_few(session, [one.id for one in different])


def _version(outcome: _Outcome, at: object, by: str) -> dict[str, object]:
    return {
        "product_id": outcome.id,
        "version": outcome.version + 1,
        "kind": "update",
        "changed_at": at,
        "changed_by": by[:320],
        "import_id": None,
        "before": {name: plain(outcome.old[name]) for name in outcome.changed},
    }
