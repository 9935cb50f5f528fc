"""The verbs: have an export made of records, and look at it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from entrepot.base.errors import NotThere
from entrepot.base.house import House
from entrepot.exports import receipts
from entrepot.exports.asker import Asker
from entrepot.exports.intake.spec import Taken
from entrepot.exports.intake.take import Readable, take_records
from entrepot.exports.making import create
from entrepot.exports.receipts import Receipt
from entrepot.exports.spools import (
    SpoolFacts,
    find_facts,
    note_facts,
    remove_spool,
    spool_path,
)
from entrepot.exports.wanted import ExportRequest
from entrepot.exports.ybb.asked import Asked, read_asked
from entrepot.exports.ybb.catalogue import KINDS
from entrepot.exports.ybb.making import Sent, check, wanted_export

CACHED = "the same export of the same records was there already"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An export that was asked for.

    Attributes:
        preparing_seconds: That reading the records took.
        warnings: What of the request was left aside.
    """

    receipt: Receipt
    request: ExportRequest
    asked: Asked
    sent_rows: int
    preparing_seconds: float
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """An export of this service.

    Attributes:
        sent_rows: None once its records are not kept any more.
    """

    receipt: Receipt
    request: ExportRequest
    sent_rows: int | None


def make(
    house: House,
    kind: str,
    body: Readable,
    length: int | None,
    who: Asker,
    *,
    wants_file: bool = False,
    is_wanted: Callable[[], bool] | None = None,
) -> Made:
    """Have an export made of the records in a body.

    Args:
        length: Of the body, as it was announced.
        wants_file: The answer is the file, whatever the body says.
        is_wanted: Asked whether anybody still waits.

    Raises:
        EntrepotError: The body or what it asks for is wrong, or the export broke.
    """
    begun = time.monotonic()
    taken = take_records(house, body, length, ("data",))
    seconds = time.monotonic() - begun
    try:
        asked, warnings = read_asked(_as_file(taken.rest) if wants_file else taken.rest)
        check(kind, asked)
        request = wanted_export(kind, asked, _sent(taken))
        made = create(house, request, who, is_wanted=is_wanted)
    except BaseException:
        if taken.spool is not None:
            remove_spool(taken.spool)
        raise
    return Made(
        receipt=made.receipt,
        request=request,
        asked=asked,
        sent_rows=taken.rows,
        preparing_seconds=seconds,
        warnings=(*warnings, *([CACHED] if made.is_cached else [])),
    )


def get_export(house: House, id: str) -> Remembered:
    """Return an export of this service.

    Raises:
        NotThere: There is none of this id.
    """
    receipt = receipts.find_receipt(house.store, id)
    asked = receipts.find_asked(house.store, id)
    kind = ((receipt and receipt.template) or "").partition(".")[0]
    if receipt is None or asked is None or kind not in KINDS:
        raise NotThere("export", id, [])
    spool = asked.request.source.spool
    facts = find_facts(spool_path(house, spool)) if spool else None
    return Remembered(
        receipt=receipt,
        request=asked.request,
        sent_rows=None if facts is None else facts.rows,
    )


def _sent(taken: Taken) -> Sent:
    if taken.spool is None:
        return Sent(spool="", rows=taken.rows, columns=())
    facts = SpoolFacts(rows=taken.rows, sha256=taken.sha256)
    return Sent(
        spool=note_facts(taken.spool, facts), rows=taken.rows, columns=taken.columns
    )


def _as_file(rest: dict[str, object]) -> dict[str, object]:
    return {**rest, "response_mode": "file"}
