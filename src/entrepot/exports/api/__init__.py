"""The API of this room, a module for each subject."""

from entrepot.exports.api import exports, templates
from entrepot.exports.api.blueprint import bp

__all__ = ["bp", "exports", "templates"]
