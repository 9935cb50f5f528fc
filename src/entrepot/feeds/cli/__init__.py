"""`entrepot feeds …`."""

from entrepot.feeds.cli.feeds import group

__all__ = ["group"]
