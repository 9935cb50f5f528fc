"""The rows that the layer of settings in our own database is made of."""

from __future__ import annotations

from sqlalchemy import select

from entrepot.base.errors import EntrepotError
from entrepot.base.kept_layer import Kept, setting_of
from entrepot.base.settings import PREFIX, Settings
from entrepot.base.store import Store
from entrepot.operations.configurations.sealed import open_text
from entrepot.operations.models import Configuration


def read_kept(store: Store, settings: Settings) -> list[Kept]:
    """Return the rows that are named like settings, or like one that we do not know."""
    wanted = select(
        Configuration.key, Configuration.value, Configuration.is_encrypted
    ).where(Configuration.value.is_not(None))
    with store.read_session() as session:
        rows = session.execute(wanted).all()
    return [
        _kept(settings, row.key, row.value, row.is_encrypted)
        for row in rows
        if setting_of(settings, row.key) or row.key.upper().startswith(PREFIX)
    ]


def _kept(settings: Settings, key: str, value: str, is_encrypted: bool) -> Kept:
    if not is_encrypted:
        return Kept(key=key, text=value)
    try:
        return Kept(key=key, text=open_text(settings, value), is_secret=True)
    except EntrepotError as error:
        return Kept(key=key, is_secret=True, problem=error.detail)
