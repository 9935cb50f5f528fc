"""Background work of pictures: fetch those that wait, make their sizes."""

from __future__ import annotations

from entrepot.catalogue.images.fetching import fetch_images
from entrepot.catalogue.images.queueing import FETCH
from entrepot.catalogue.images.upkeep import make_all_sizes
from entrepot.catalogue.images.uploading import MAKE_SIZES
from entrepot.jobs import KINDS, SHIPPED, JobKind, ShippedSchedule

KINDS[FETCH] = JobKind(
    name=FETCH,
    summary="Fetch the pictures of products that wait, and make their sizes.",
    run=fetch_images,
)
KINDS[MAKE_SIZES] = JobKind(
    name=MAKE_SIZES,
    summary="Make the sizes of pictures that were sent.",
    run=make_all_sizes,
)
SHIPPED["Fetch waiting pictures"] = ShippedSchedule(
    name="Fetch waiting pictures",
    summary="Fetch the pictures of products that wait, should their job be lost.",
    kind=FETCH,
    cron="20 * * * *",
)
