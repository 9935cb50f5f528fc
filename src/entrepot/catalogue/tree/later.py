"""A category above many products is renamed or moved by a job: documents follow it.

The whole of it is one transaction, as it is when nobody has to wait.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import msgspec
from msgspec import UNSET
from sqlalchemy.orm import Session

from entrepot.base.errors import Conflict
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.settings import RENEWED
from entrepot.catalogue.tree import service
from entrepot.catalogue.tree.categories import count_products, get_category
from entrepot.catalogue.tree.renewing import Renew, renew_below
from entrepot.catalogue.tree.seeing import CategorySeen, get_seen
from entrepot.catalogue.tree.service import CategoryChange
from entrepot.jobs import Facts, Wanted, Work, submit_job

RENAME, MOVE = "catalogue.rename_category", "catalogue.move_category"

Do = Callable[[Session, Renew], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A category as it is now.

    Attributes:
        job: The job's id, where one has still to change it; else empty.
        products: Whose documents follow it.
    """

    seen: CategorySeen
    job: str = ""
    products: int = 0


def change_or_ask(house: House, category_id: int, wanted: CategoryChange) -> Outcome:
    """Change a category, or have it done by a job where its name stands in too many.

    Raises:
        InvalidValue, NotThere, Conflict: As `service.change`, at once in both cases.
    """
    if wanted.name is not UNSET:
        job, products = _submit(
            house,
            category_id,
            lambda session, renew: service.change_in(
                session, category_id, wanted, renew=renew
            ),
            lambda row: Wanted(
                kind=RENAME,
                parameters={
                    "id": row.id,
                    "from": row.name,
                    "change": msgspec.to_builtins(wanted),
                },
                title=f"Rename the category {row.name}",
            ),
        )
        if job:
            seen = get_seen(house, category_id)
            return Outcome(seen=seen, job=job, products=products)
    return Outcome(seen=service.change(house, category_id, wanted))


def move_or_ask(house: House, category_id: int, parent_id: int | None) -> Outcome:
    """Move a category, or have it done by a job where too many are below it.

    Raises:
        NotThere, Conflict, TooMuch: As `service.move`, at once in both cases.
    """
    job, products = _submit(
        house,
        category_id,
        lambda session, renew: service.move_in(
            session, category_id, parent_id, renew=renew
        ),
        lambda row: Wanted(
            kind=MOVE,
            parameters={"id": row.id, "from": row.parent_id, "to": parent_id},
            title=f"Move the category {row.name}",
        ),
    )
    if job:
        return Outcome(seen=get_seen(house, category_id), job=job, products=products)
    return Outcome(seen=service.move(house, category_id, parent_id))


def rename(house: House, work: Work) -> Facts:
    """Do the job's change, unless the category has another name meanwhile.

    Raises:
        Conflict: It has.
        InvalidValue, NotThere: As `service.change`.
    """
    given = work.parameters
    id = msgspec.convert(given["id"], int)
    wanted = msgspec.convert(given["change"], CategoryChange)
    with house.store.session() as session:
        row = get_category(session, id)
        _check_still(row.name in (given["from"], wanted.name), row)
        changed = service.change_in(session, id, wanted, renew=_renew_for(work))
        service.tell_change(session, id, changed)
    return {"category_id": id, "changed": list(changed)}


def move(house: House, work: Work) -> Facts:
    """Do the job's move, unless the category stands elsewhere meanwhile.

    Raises:
        Conflict: It does.
        NotThere, TooMuch: As `service.move`.
    """
    given = work.parameters
    id = msgspec.convert(given["id"], int)
    to = msgspec.convert(given["to"], int | None)
    with house.store.session() as session:
        row = get_category(session, id)
        _check_still(row.parent_id in (given["from"], to), row)
        moved = service.move_in(session, id, to, renew=_renew_for(work))
        if moved is not None:
            emit(moved)
    return {"category_id": id, "parent_id": to}


def _submit(
    house: House, category_id: int, do: Do, wanted: Callable[[Category], Wanted]
) -> tuple[str, int]:
    """Ask for the job where it takes one; what cannot be done is refused here."""
    most = house.settings[RENEWED]
    with house.store.read_session() as session:
        row = get_category(session, category_id)
        products = count_products(session, category_id)
        asked = wanted(row)
    if products <= most:
        return "", products
    renewed: list[str] = []
    with house.store.session() as session:
        do(session, lambda _session, path: renewed.append(path))
        session.rollback()
    if not renewed:  # the documents are to stay as they are
        return "", products
    return submit_job(house, asked), products


def _renew_for(work: Work) -> Renew:
    def tell(done: int, total: int) -> None:
        work.advance(rows=done, rows_total=total, stage="documents")

    return partial(renew_below, tell=tell)


def _check_still(is_so: bool, row: Category) -> None:
    if not is_so:
        raise Conflict(
            f"the category {row.name!r} was changed meanwhile",
            hint="look at it, and ask again",
        )
