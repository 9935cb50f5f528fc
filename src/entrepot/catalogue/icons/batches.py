"""Icons for many categories, made by a job."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from entrepot.base.errors import EntrepotError, InvalidValue, NotThere, TooMuch
from entrepot.base.house import House
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.icons import settings as knobs
from entrepot.catalogue.icons.looks import look_of
from entrepot.catalogue.icons.making import generate_icon
from entrepot.catalogue.icons.registry import ENGINES
from entrepot.catalogue.icons.seeing import list_lacking_ids
from entrepot.catalogue.icons.spec import LookAsked
from entrepot.catalogue.icons.upkeep import end_stuck
from entrepot.jobs import Facts, Wanted, Work, submit_job

BATCH = "catalogue.icons.batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSeen:
    """A batch that was asked for.

    Attributes:
        batch_id: Its icons carry it as `generation_batch_id`.
        job_id: Of the job that makes them.
    """

    batch_id: str
    job_id: str
    total_categories: int


def submit_batch(
    house: House, asked: LookAsked, *, category_ids: Sequence[int] | None = None
) -> BatchSeen:
    """Ask for icons of these categories, or of those that have none.

    Raises:
        TooMuch: There are more than a batch may have.
        NotThere: There is no category of an id.
        InvalidValue: No category is named, or none lacks an icon.
        UnknownName: There is no such engine.
    """
    ENGINES.get(asked.model)
    look_of(house, asked)
    most = house.settings[knobs.BATCH]
    with house.store.read_session() as session:
        if category_ids is None:
            ids = list_lacking_ids(session, limit=most)
        else:
            ids = list(dict.fromkeys(category_ids))
            for id in ids[: most + 1]:
                if session.get(Category, id) is None:
                    raise NotThere("category", str(id), [])
    if len(ids) > most:
        raise TooMuch(
            f"a batch has at most {most:,} categories, not {len(ids):,}",
            hint=f"{knobs.BATCH.variable} says how many",
        )
    if not ids:
        raise InvalidValue("no category is to get an icon")
    batch_id = str(uuid.uuid4())
    parameters: dict[str, object] = {
        "batch_id": batch_id,
        "ids": ids,
        "look": msgspec.to_builtins(asked),
    }
    title = f"Make icons for {len(ids):,} categories"
    wanted = Wanted(kind=BATCH, parameters=parameters, title=title)
    job_id = submit_job(house, wanted)
    return BatchSeen(batch_id=batch_id, job_id=job_id, total_categories=len(ids))


def make_batch(house: House, work: Work) -> Facts:
    """Make the job's icons; one that fails stops no other."""
    end_stuck(house)
    asked = msgspec.convert(work.parameters["look"], LookAsked)
    ids = msgspec.convert(work.parameters["ids"], list[int])
    batch = str(work.parameters["batch_id"])
    results: list[dict[str, object]] = []
    for number, id in enumerate(ids, 1):
        work.advance(rows=number - 1, rows_total=len(ids))
        try:
            icon = generate_icon(house, id, asked, batch=batch)
        except EntrepotError as error:
            results.append({"category_id": id, "success": False, "error": error.detail})
        else:
            results.append({"category_id": id, "success": True, "icon_id": icon.id})
    work.advance(rows=len(ids), rows_total=len(ids))
    made = sum(1 for result in results if result["success"])
    return {
        "batch_id": batch,
        "total_categories": len(ids),
        "success_count": made,
        "failed_count": len(ids) - made,
        "results": results,
    }
