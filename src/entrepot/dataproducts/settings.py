"""Settings of this room."""

from entrepot.base.settings import AnySetting, Setting

READ_SECONDS = Setting(
    "dataproducts_read_seconds", 30.0, "Time limit for one page of rows."
)

SETTINGS: tuple[AnySetting, ...] = (READ_SECONDS,)
