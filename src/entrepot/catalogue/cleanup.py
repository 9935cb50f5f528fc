"""What this room can tidy up: the paths of its categories."""

from __future__ import annotations

from entrepot.base.cleanups import CLEANUPS, Cleanup
from entrepot.base.house import House
from entrepot.catalogue.icons.upkeep import end_stuck
from entrepot.catalogue.images.upkeep import find_lost, remove_orphans
from entrepot.catalogue.tree.categories import rebuild_paths


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


def _images(house: House, days: int, is_dry: bool) -> int:
    return find_lost(house, is_dry=is_dry) + remove_orphans(house, is_dry=is_dry)


def _icons(house: House, days: int, is_dry: bool) -> int:
    return end_stuck(house, is_dry=is_dry)


CLEANUPS["images"] = Cleanup(
    summary="Pictures whose file is gone, fetched again; files that nothing names.",
    run=_images,
    usual_days=1,
)


CLEANUPS["icons"] = Cleanup(
    summary="Icons whose making was cut off, told as failed.",
    run=_icons,
    usual_days=1,
)
