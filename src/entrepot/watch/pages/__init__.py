"""Pages: the log, and how this server does."""

from entrepot.watch.pages import dashboard, drawings, logs, shown
from entrepot.watch.pages.blueprint import bp

drawings.install(bp)
shown.install(bp)

__all__ = ["bp", "dashboard", "drawings", "logs", "shown"]
