"""Settings of this room."""

from entrepot.base.settings import AnySetting, Setting

FOLDERS = Setting(
    "feeds_folders",
    "",
    "Folders whose files feeds may read, separated by colons; empty is `feeds` in the "
    "home.",
    guards=True,
)
FILE_SIZE = Setting(
    "feeds_file_bytes",
    2 << 30,
    "The most that a feed's file may have as it comes.",
    at_least=1_000,
)
FETCH_SECONDS = Setting(
    "feeds_fetch_seconds",
    900,
    "Time after which the fetching of a feed's file is ended.",
    at_least=1,
)

UNDO_DAYS = Setting(
    "feeds_undo_days",
    30,
    "For so long an import can be undone, and its file and changes are kept.",
    at_least=0,
    at_most=3_650,
)

SETTINGS: tuple[AnySetting, ...] = (FOLDERS, FILE_SIZE, FETCH_SECONDS, UNDO_DAYS)
