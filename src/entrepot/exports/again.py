"""What was asked for once can be asked for again, as long as its rows are there."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from sqlalchemy import select

from entrepot.base.errors import NotThere
from entrepot.base.house import House
from entrepot.exports import receipts, service
from entrepot.exports.asker import Asker
from entrepot.exports.models import Export
from entrepot.exports.seen import ExportSeen
from entrepot.exports.spools import find_facts, spool_path
from entrepot.exports.wanted import ExportRequest, Source


def find_repeatable(house: House, ids: Collection[str]) -> set[str]:
    """Return those of some exports that can be asked for again."""
    wanted = select(Export.id, Export.request).where(Export.id.in_(ids))
    with house.store.session() as session:
        asked = [(id, said) for id, said in session.execute(wanted) if said]
    return {
        id
        for id, said in asked
        if has_rows(house, msgspec.convert(said, ExportRequest).source)
    }


def repeat_export(house: House, id: str, who: Asker) -> ExportSeen:
    """Have the same file made anew, of the rows as they are now.

    Raises:
        NotThere: Nobody knows what was asked for, or the rows sent with it are gone.
        EntrepotError: As `create_export`.
    """
    asked = receipts.find_asked(house.store, id)
    if asked is None or not has_rows(house, asked.request.source):
        raise NotThere("request of the export", id, [])
    again = msgspec.structs.replace(asked.request, fresh=True, wait=None)
    return service.create_export(house, again, who)


def has_rows(house: House, source: Source) -> bool:
    """Tell whether the rows that were sent for a source are still kept.

    Those of a table or a query are somewhere else.
    """
    sent = source.spool or source.upload
    return not sent or find_facts(spool_path(house, sent)) is not None
