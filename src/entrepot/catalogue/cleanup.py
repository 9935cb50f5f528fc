"""What this room can tidy up: the paths of its categories."""

from __future__ import annotations

from entrepot.base.cleanups import CLEANUPS, Cleanup
from entrepot.base.house import House
from entrepot.catalogue.categories import rebuild_paths


def _paths(house: House, days: int, is_dry: bool) -> int:
    with house.store.open_session() as session:
        wrong = rebuild_paths(session)
        if not is_dry:
            session.commit()
    return wrong


CLEANUPS["paths"] = Cleanup(
    summary="Paths of categories that do not agree with their parents, made anew.",
    run=_paths,
)
