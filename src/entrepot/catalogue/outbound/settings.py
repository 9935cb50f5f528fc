"""Settings of what goes out: who may fetch it, and where its links lead."""

from __future__ import annotations

from entrepot.base.settings import AnySetting, Setting

PUBLIC = Setting(
    "catalogue_feeds_are_public",
    False,
    "Let anybody fetch the ready feeds below /feeds; else a person who is signed in, "
    "or a key.",
    guards=True,
)
SHOP_URL = Setting(
    "catalogue_shop_url",
    "",
    "Where a product is sold, for the links of feeds: "
    "https://shop.example/products/{handle}, also with {sku} and {id}.",
)
PICTURES_URL = Setting(
    "catalogue_pictures_url",
    "",
    "How this server is reached from outside, for links to pictures that are kept "
    "here: https://data.example.com.",
)
AT_ONCE = Setting(
    "catalogue_feed_at_once_count",
    20_000,
    "A ready feed of so many products is written while somebody waits; one of more "
    "by a job.",
    at_least=0,
)

SETTINGS: tuple[AnySetting, ...] = (PUBLIC, SHOP_URL, PICTURES_URL, AT_ONCE)
