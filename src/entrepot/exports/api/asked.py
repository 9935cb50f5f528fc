"""Who asks, what they may take, and the export request in a body of any size."""

from __future__ import annotations

import msgspec
from flask import request

from entrepot.base.allowances import allowance
from entrepot.base.errors import Invalid, NotThere
from entrepot.exports import service
from entrepot.exports.asker import Asker, Bounds
from entrepot.exports.intake.take import take_records
from entrepot.exports.receipts import Receipt
from entrepot.exports.rights import check_destinations, check_queries, sources_of
from entrepot.exports.spools import SpoolFacts, note_facts
from entrepot.exports.uploads import get_upload
from entrepot.exports.wanted import ExportRequest
from entrepot.web.guard import Identity
from entrepot.web.routes import current_house, read_values

RECORDS = ("source", "records")


def asker(who: Identity) -> Asker:
    """Return the one who asks, with what their role may take."""
    may = allowance(who.role, current_house().settings)
    bounds = Bounds(rows=may.export_rows, seconds=may.export_seconds)
    return Asker(name=who.name, bounds=bounds)


def read_request() -> ExportRequest:
    """Read the body while it comes in; records in it are put on disk.

    Raises:
        Invalid: It is not JSON or not of that shape; a wrong record is named.
        TooMuch: It is too large.
    """
    taken = take_records(
        current_house(),
        request.stream,
        request.content_length,
        RECORDS,
        is_needed=False,
    )
    wanted: ExportRequest = read_values(taken.rest, ExportRequest)
    if wanted.source.spool:
        raise Invalid("only our own code says where a spool is", member="source.spool")
    if taken.spool is None:
        return wanted
    facts = SpoolFacts(rows=taken.rows, sha256=taken.sha256, title="records")
    source = msgspec.structs.replace(
        wanted.source, spool=note_facts(taken.spool, facts)
    )
    return msgspec.structs.replace(wanted, source=source)


def check_may(wanted: ExportRequest, who: Identity) -> None:
    """Let only those write queries who may also run them, and read their own uploads.

    Sources of joins count like the first.

    Raises:
        Denied: A viewer asks for a query, or to have the file sent somewhere.
        NotThere: An upload is somebody else's.
        Invalid: A join names a spool.
    """
    check_queries(wanted, who.role)
    check_destinations(wanted, who.role)
    _, *joined = sources = sources_of(wanted)
    for source in sources:
        if source.upload:
            get_upload(current_house(), source.upload, by=who.name)
    if any(source.spool for source in joined):
        raise Invalid("only our own code says where a spool is", member="source.spool")


def get_seen(id: str, who: Identity) -> Receipt:
    """Return a receipt that this person may see; others' are not there."""
    receipt = service.get_receipt(current_house(), id)
    if who.role != "admin" and receipt.created_by != who.name:
        raise NotThere("export", id, [])
    return receipt
