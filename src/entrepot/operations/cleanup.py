"""Tidy up what rooms say can go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import column, delete, table, text

from entrepot.base.cleanups import CLEANUPS, Cleanup
from entrepot.base.errors import Invalid, UnknownName
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.operations.backups.keeping import list_backups, remove_backup
from entrepot.operations.upkeep.trouble import explained

HOUSE = Path(__file__).parents[1]


def list_cleanups() -> dict[str, Cleanup]:
    """Return what can be tidied up by name, from every room with a `cleanup`."""
    for path in sorted(HOUSE.glob("*/cleanup.py")):
        name = f"entrepot.{path.parent.name}.cleanup"
        if find_spec(name):
            import_module(name)
    return dict(sorted(CLEANUPS.items()))


def clean_up(
    house: House, names: Iterable[str] = (), *, days: int = 30, is_dry: bool = False
) -> dict[str, int]:
    """Tidy up by name, all of it without a name; return how many went of each.

    Args:
        is_dry: Only count.

    Raises:
        UnknownName: Nothing is called so.
        Invalid: The number of days is below 1.
    """
    if days < 1:
        raise Invalid(f"days must be at least 1, not {days}")
    known = list_cleanups()
    wanted = list(names) or list(known)
    for name in wanted:
        if name not in known:
            raise UnknownName("cleanup", name, known)
    with explained(house.store):
        return {name: known[name].run(house, days, is_dry) for name in wanted}


def _old_backups(house: House, days: int, is_dry: bool) -> int:
    limit = now() - timedelta(days=days)
    ours = [b for b in list_backups(house) if b.state == "verified"]
    old = [b for b in ours[1:] if b.created_at < limit]  # the newest stays
    for backup in [] if is_dry else old:
        remove_backup(house, backup.name)
    return len(old)


CLEANUPS["backups"] = Cleanup(
    summary="Verified backups older than the days given, but for the newest.",
    run=_old_backups,
)


def _orphans(house: House, days: int, is_dry: bool) -> int:
    """Count rows that point at nothing; PostgreSQL lets none be."""
    if house.store.url.get_backend_name() != "sqlite":
        return 0
    with house.store.session() as session:
        found = session.execute(text("PRAGMA foreign_key_check")).all()
        lost = {(row[0], row[1]) for row in found}
        for name, number in () if is_dry else lost:
            session.execute(delete(table(name)).where(column("rowid") == number))
    return len(lost)


CLEANUPS["orphans"] = Cleanup(
    summary="Rows that point at a row which is not there any more.",
    run=_orphans,
    usual_days=1,
)
