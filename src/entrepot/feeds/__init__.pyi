from .models import SyncHistory
from .service import Day, SyncStatistics, get_statistics, get_timeline
from .states import MOVES, outcome
from .steps import abort, add_error, add_warning, count_items, finish

__all__ = [
    "MOVES",
    "Day",
    "SyncHistory",
    "SyncStatistics",
    "abort",
    "add_error",
    "add_warning",
    "count_items",
    "finish",
    "get_statistics",
    "get_timeline",
    "outcome",
]
