"""Settings of this room."""

from entrepot.base.settings import AnySetting, Setting

READ_SECONDS = Setting(
    "dataproducts_read_seconds", 30.0, "Time limit for one page of rows."
)
CSN_FOLDER = Setting(
    "dataproducts_csn_folder",
    "",
    "Folder of CSN files, for products whose database holds none or does not show it.",
    guards=True,
)
CSN_SECONDS = Setting(
    "dataproducts_csn_seconds",
    300.0,
    "How long a CSN that was read is used before it is read again.",
    at_least=0.0,
)

FACET_SECONDS = Setting(
    "dataproducts_facet_seconds",
    1.0,
    "Time for counting one column's values beside rows; for all three times that.",
    at_least=0.05,
)
PROFILE_SECONDS = Setting(
    "dataproducts_profile_seconds",
    2.0,
    "Time for looking at one column of a profile; for all five times that.",
    at_least=0.05,
)

SETTINGS: tuple[AnySetting, ...] = (
    READ_SECONDS,
    CSN_FOLDER,
    CSN_SECONDS,
    FACET_SECONDS,
    PROFILE_SECONDS,
)
