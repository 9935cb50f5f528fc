"""Settings of pictures: how large, how many at once, how long."""

from __future__ import annotations

from entrepot.base.settings import AnySetting, Setting

LIMIT = Setting(
    "catalogue_image_bytes",
    20_000_000,
    "The most bytes that a picture of a product may have.",
    at_least=1_000,
    at_most=500_000_000,
)
PIXELS = Setting(
    "catalogue_image_pixels_count",
    40_000_000,
    "The most pixels that a picture may have once unpacked: a small file can hold far "
    "more than the memory does.",
    at_least=10_000,
    at_most=150_000_000,
)
FETCHES = Setting(
    "catalogue_image_fetches_count",
    8,
    "Pictures that one job fetches at the same time.",
    at_least=1,
    at_most=64,
)
SECONDS = Setting(
    "catalogue_image_seconds",
    30.0,
    "How long one picture may take to come.",
    at_least=1.0,
    at_most=600.0,
)

SETTINGS: tuple[AnySetting, ...] = (LIMIT, PIXELS, FETCHES, SECONDS)
