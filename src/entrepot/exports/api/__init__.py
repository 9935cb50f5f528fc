"""The API of this room, a module for each subject."""

from entrepot.exports.api import exports, templates, ybb
from entrepot.exports.api.blueprint import bp

__all__ = ["bp", "exports", "templates", "ybb"]
