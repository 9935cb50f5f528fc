"""Tell what was done to our database, to listeners who may write into it."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

from entrepot.base.events import Event, emit
from entrepot.base.house import House
from entrepot.operations.migrations.files import folders, list_steps
from entrepot.operations.migrations.start import is_current


def tell(house: House, event: Event) -> None:
    """Emit inside a session, so that what listeners write is one with it."""
    try:
        with house.store.session():
            emit(event)
    except DBAPIError:
        # Below the newest step the tables that listeners write to may not be there.
        if is_current(house.store, list_steps(folders(house.home))):
            raise
