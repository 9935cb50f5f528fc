"""The formats that products come in, and the places that files come from, by name."""

from __future__ import annotations

from entrepot.base.registry import Registry
from entrepot.feeds.spec import FeedFormat, FeedSource

FEED_FORMATS: Registry[FeedFormat] = Registry(
    "feed format", "entrepot.feeds.formats", "FORMAT"
)
FEED_SOURCES: Registry[FeedSource] = Registry(
    "feed source", "entrepot.feeds.sources", "SOURCE"
)
