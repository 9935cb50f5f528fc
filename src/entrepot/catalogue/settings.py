"""Settings of this room; larger subjects declare their own."""

from __future__ import annotations

from pathlib import Path

from entrepot.base.errors import Invalid
from entrepot.base.settings import AnySetting, Setting, Settings
from entrepot.catalogue.icons import settings as icons
from entrepot.catalogue.images import settings as images
from entrepot.catalogue.outbound import settings as outbound
from entrepot.catalogue.serving import settings as serving

QUALITY_FILE = Setting(
    "catalogue_quality_file",
    "",
    "TOML file with the rules of quality; empty takes those that come with the "
    "program. After a change: `entrepot catalogue products refresh`.",
)
LOW_STOCK = Setting(
    "catalogue_low_stock_count",
    5,
    "So many left, or fewer, is low stock.",
    at_least=0,
    at_most=1_000_000,
)
RENEWED = Setting(
    "catalogue_renewed_at_once_count",
    2_000,
    "Products up to which a category above them is renamed or moved at once; above "
    "more of them a job does it.",
    at_least=0,
    at_most=1_000_000,
)

SETTINGS: tuple[AnySetting, ...] = (
    QUALITY_FILE,
    LOW_STOCK,
    RENEWED,
    *images.SETTINGS,
    *icons.SETTINGS,
    *outbound.SETTINGS,
    *serving.SETTINGS,
)


def check(settings: Settings) -> None:
    """Refuse a file of rules that is not there or not right.

    Raises:
        Invalid: It cannot be read as rules.
    """
    if settings[QUALITY_FILE]:
        from entrepot.catalogue.documents.quality import load_rules

        file = Path(settings[QUALITY_FILE])
        if not file.is_file():
            raise Invalid(f"{QUALITY_FILE.variable}: there is no file {file}")
        load_rules(file)
