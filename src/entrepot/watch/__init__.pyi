from .errors import InvalidCursor, InvalidDate, InvalidLevel
from .log.store import LogStore, log_store
from .models import SystemLog
from .spec import LEVELS, Level, Line

__all__ = [
    "LEVELS",
    "InvalidCursor",
    "InvalidDate",
    "InvalidLevel",
    "Level",
    "Line",
    "LogStore",
    "SystemLog",
    "log_store",
]
