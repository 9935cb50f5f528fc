"""The API of this room, a module for each subject."""

from entrepot.feeds.api import changes, feeds, history, imports
from entrepot.feeds.api.blueprint import bp

__all__ = ["bp", "changes", "feeds", "history", "imports"]
