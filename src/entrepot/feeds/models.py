"""Tables of this room."""

from entrepot.feeds.feed_models import Carried, Feed, Import
from entrepot.feeds.sync_models import SyncHistory

__all__ = ["Carried", "Feed", "Import", "SyncHistory"]
