"""Settings of icons: how they look unless somebody says so, and where they lie."""

from __future__ import annotations

from entrepot.base.settings import AnySetting, Setting
from entrepot.catalogue.icons.spec import BACKGROUNDS, STYLES

STYLE = Setting(
    "catalogue_icon_style",
    "modern",
    "How icons are drawn where nobody chose.",
    aliases=("icons.default_style",),
    choices=STYLES,
)
COLOR = Setting(
    "catalogue_icon_color",
    "#3B82F6",
    "The colour of icons where nobody chose, as #RRGGBB.",
    aliases=("icons.default_color",),
)
BACKGROUND = Setting(
    "catalogue_icon_background",
    "transparent",
    "What is behind icons where nobody chose.",
    choices=BACKGROUNDS,
)
SIDE = Setting(
    "catalogue_icon_pixels_count",
    128,
    "How many pixels wide and high icons are where nobody chose.",
    aliases=("icons.default_size",),
    at_least=32,
    at_most=512,
)
BATCH = Setting(
    "catalogue_icon_batch_count",
    100,
    "The most categories that one batch makes icons for.",
    variable="ICON_BATCH_MAX_SIZE",
    at_least=1,
    at_most=10_000,
)
FOLDER = Setting(
    "catalogue_icons_dir",
    "",
    "Folder for the files of icons; `icons` in the home where it is empty.",
    variable="ICON_STORAGE_PATH",
    guards=True,
)

SETTINGS: tuple[AnySetting, ...] = (STYLE, COLOR, BACKGROUND, SIDE, BATCH, FOLDER)
