"""Make the file of a plan while somebody waits for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.connections import Database, Target, open_database
from entrepot.exports import keeping, receipts
from entrepot.exports.asker import Asker
from entrepot.exports.attempt import Attempt
from entrepot.exports.beginning import new_receipt, started_event
from entrepot.exports.making import watch_of
from entrepot.exports.plan import FilePlan
from entrepot.exports.service import Finished, media_type_of


def make_file(
    house: House,
    plan: FilePlan,
    who: Asker,
    *,
    is_wanted: Callable[[], bool] | None = None,
) -> Finished:
    """Write the file of a plan; it is kept for a while, with its receipt.

    Raises:
        EntrepotError: Of any kind: too many rows, out of time, a full disk.
    """
    keeping.make_room(house)
    receipt = new_receipt(plan, who.name)
    with house.store.session():  # remembered and recorded, or neither
        receipts.begin(house.store, receipt)
        emit(started_event(receipt, plan))
    watch = watch_of(house, receipt.id, who.bounds, is_wanted=is_wanted)
    path = keeping.folder_of(house, receipt.id) / receipt.file_name

    def opener(target: Target) -> AbstractContextManager[Database]:
        return nullcontext(open_database(house, target.name))

    attempt = Attempt(house, plan, receipt, watch, path, who.bounds.rows, opener)
    try:
        path, receipt = attempt.run()
    except BaseException as error:
        told = attempt.fail(error)
        if told is error:
            raise
        raise told from error
    return Finished(path=path, receipt=receipt, media_type=media_type_of(receipt))
