"""The pages of this room, a module for each subject."""

from entrepot.exports.pages import exports, new, receipt, schedules, templates
from entrepot.exports.pages.blueprint import bp

__all__ = ["bp", "exports", "new", "receipt", "schedules", "templates"]
