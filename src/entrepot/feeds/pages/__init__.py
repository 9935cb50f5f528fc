"""The pages of this room, a module for each subject."""

from entrepot.feeds.pages import (
    changing,
    feeds_list,
    imports_list,
    new,
    planning,
    show,
    shown,
)
from entrepot.feeds.pages.blueprint import bp

shown.install(bp)

__all__ = [
    "bp",
    "changing",
    "feeds_list",
    "imports_list",
    "new",
    "planning",
    "show",
    "shown",
]
