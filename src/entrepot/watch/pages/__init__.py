"""Pages: the log, and how this server does."""

from entrepot.watch.pages.blueprint import bp

__all__ = ["bp"]
