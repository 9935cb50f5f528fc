"""Settings of this room."""

from entrepot.base.settings import AnySetting, Setting

SAMPLES_KEPT = Setting(
    "operations_samples_kept_days",
    7,
    "Days that the history of our own database's health is kept.",
    at_least=1,
    at_most=366,
)

SETTINGS: tuple[AnySetting, ...] = (SAMPLES_KEPT,)
