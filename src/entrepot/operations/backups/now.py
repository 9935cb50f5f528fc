"""Back up while somebody waits: only what does not take long."""

from __future__ import annotations

from entrepot.base.errors import TooMuch
from entrepot.base.house import House
from entrepot.operations import settings as knobs
from entrepot.operations.backups.keeping import Backup, back_up
from entrepot.operations.upkeep.space import database_size_bytes
from entrepot.operations.upkeep.trouble import explained


def back_up_now(house: House, *, description: str = "") -> Backup:
    """Make a backup, as `back_up` does, of a database that is not too large for it.

    Raises:
        TooMuch: It is larger than ENTREPOT_OPERATIONS_BACKUP_NOW_BYTES.
    """
    limit = house.settings[knobs.BACKUP_NOW]
    with explained(house.store):
        size = database_size_bytes(house)
    if size > limit:
        raise TooMuch(
            f"the database has {size:,} bytes; up to {limit:,} are backed up from here",
            hint="run `entrepot db backup` on the server",
        )
    return back_up(house, description=description)
