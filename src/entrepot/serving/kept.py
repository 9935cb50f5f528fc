"""What our own database says of the settings, for commands that must not need it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from entrepot.base.errors import EntrepotError
from entrepot.base.kept_layer import LAYER, Kept, with_kept
from entrepot.base.settings import Settings, Skipped
from entrepot.base.store import Store

PATIENCE_SECONDS = 2.0
"""What a database that does not answer may cost."""


def look_up(settings: Settings) -> Settings:
    """Return the settings with the layer of our database, if it can be read now.

    A database that is not there is not made; one that does not answer is left, and
    `skipped` tells of it.
    """
    look = _Look(settings)
    thread = threading.Thread(target=look.run, daemon=True)
    thread.start()
    thread.join(PATIENCE_SECONDS)
    if thread.is_alive() or look.problem:
        reason = look.problem or f"no answer within {PATIENCE_SECONDS:g} s"
        return settings.with_layer({}, [Skipped(LAYER, reason)])
    return with_kept(settings, look.rows)


@dataclass(slots=True)
class _Look:
    """One reading, in a thread that nobody has to wait for."""

    settings: Settings
    rows: list[Kept] = field(default_factory=list)
    problem: str = ""

    def run(self) -> None:
        from entrepot.operations import read_kept

        store = Store(self.settings)
        try:
            if _is_there(store) and _has_table(store.engine):
                self.rows = read_kept(store, self.settings)
        except (SQLAlchemyError, EntrepotError, OSError, ImportError):
            self.problem = "our own database cannot be read now"
        finally:
            store.close()


def _is_there(store: Store) -> bool:
    """Tell whether there is anything to connect to: SQLite would make the file."""
    url = store.url
    is_file = url.get_backend_name() == "sqlite"
    return not is_file or (bool(url.database) and Path(str(url.database)).is_file())


def _has_table(engine: Engine) -> bool:
    return inspect(engine).has_table(LAYER)
