"""Background work of this room: many products, large branches; subjects add theirs."""

from __future__ import annotations

import msgspec

from entrepot.base.house import House
from entrepot.catalogue.editing import BulkChange
from entrepot.catalogue.finding import ProductQuery
from entrepot.catalogue.icons import jobs as icons
from entrepot.catalogue.images import jobs as images
from entrepot.catalogue.outbound import jobs as outbound
from entrepot.catalogue.service import BULK, do_bulk
from entrepot.catalogue.tree import later
from entrepot.jobs import KINDS, Facts, JobKind, Work

__all__ = ["icons", "images", "outbound"]


def _bulk(house: House, work: Work) -> Facts:
    given = work.parameters
    wanted = msgspec.convert(given["wanted"], ProductQuery, strict=False)
    changes = msgspec.convert(given["changes"], list[BulkChange])
    token = str(given["preview"])
    work.check()
    by = str(given["by"])
    return {"changed": do_bulk(house, wanted, changes, token=token, by=by)}


KINDS[BULK] = JobKind(
    name=BULK, summary="Change many products of the catalogue together.", run=_bulk
)
KINDS[later.RENAME] = JobKind(
    name=later.RENAME,
    summary="Rename a category that stands above many products.",
    run=later.rename,
)
KINDS[later.MOVE] = JobKind(
    name=later.MOVE,
    summary="Move a category that stands above many products.",
    run=later.move,
)
