"""The API of this room, a module for each subject."""

from entrepot.exports.api import (
    exports,
    family,
    records,
    schedules,
    templates,
    uploads,
    ybb,
)
from entrepot.exports.api.blueprint import bp

__all__ = [
    "bp",
    "exports",
    "family",
    "records",
    "schedules",
    "templates",
    "uploads",
    "ybb",
]
