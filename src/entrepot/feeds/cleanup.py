"""What this room can tidy up: files of imports that nobody can undo any more."""

from __future__ import annotations

import shutil
from datetime import timedelta

from sqlalchemy import select

from entrepot.base.cleanups import CLEANUPS, Cleanup
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.feeds import settings as knobs
from entrepot.feeds.feed_models import Import
from entrepot.feeds.records import folder_of
from entrepot.feeds.states import BUSY


def _files(house: House, days: int, is_dry: bool) -> int:
    kept = max(days, house.settings[knobs.UNDO_DAYS])
    old = select(Import.id).where(
        Import.created_at < now() - timedelta(days=kept), Import.state.not_in(BUSY)
    )
    with house.store.read_session() as session:
        ids = session.scalars(old).all()
    folders = [f for id in ids if (f := folder_of(house, id)).is_dir()]
    for folder in [] if is_dry else folders:
        shutil.rmtree(folder, ignore_errors=True)
    return len(folders)


CLEANUPS["imports"] = Cleanup(
    summary="Files and changes of imports that can no longer be undone; what they "
    "wrote stays.",
    run=_files,
    usual_days=30,
)
