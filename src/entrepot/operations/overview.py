"""Every setting with its value, and where the value comes from."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.base.house import House
from entrepot.base.kept_layer import LAYER, may_be_kept, setting_of
from entrepot.base.settings import AnySetting
from entrepot.operations.configurations import Configured, list_configurations


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingLine:
    """A setting as it is in this process; secrets are `***`.

    Attributes:
        layer: Where the value comes from, in words.
        may_be_kept: Whether our database may give it its value.
        kept: The value there, as text; null where there is none.
        is_overruled: A layer above the database has another say.
        is_pending: The next start brings another value; secrets are not compared.
        problem: Why the value there does not hold; empty if it does.
    """

    variable: str
    name: str
    aliases: tuple[str, ...]
    value: str
    layer: str
    default: str
    help: str
    choices: tuple[str, ...]
    is_secret: bool
    may_be_kept: bool
    kept: str | None
    is_overruled: bool
    is_pending: bool
    problem: str


def list_settings(house: House) -> list[SettingLine]:
    """Return every setting, in the order of the rooms that declare them."""
    kept: dict[str, Configured] = {}
    for row in list_configurations(house):
        setting = setting_of(house.settings, row.key)
        if setting is not None and row.has_value:
            kept.setdefault(setting.name, row)
    return [_line(house, s, kept.get(s.name)) for s in house.settings.declared]


def _line(house: House, setting: AnySetting, row: Configured | None) -> SettingLine:
    settings = house.settings
    layer = settings.layer(setting)
    is_overruled = not settings.is_default(setting.name) and not layer.startswith(LAYER)
    kept = None if row is None else _text(setting, row)
    is_running = layer.startswith(LAYER)
    is_new = row is not None and not (row.problem or is_overruled)
    is_same = kept == settings.shown(setting)
    return SettingLine(
        variable=setting.variable,
        name=setting.name,
        aliases=setting.aliases,
        value=settings.shown(setting),
        layer=layer,
        default=setting.show(setting.default),
        help=setting.help,
        choices=tuple(str(choice) for choice in setting.choices),
        is_secret=setting.secret,
        may_be_kept=may_be_kept(setting),
        kept=kept,
        is_overruled=row is not None and is_overruled,
        is_pending=is_new != is_running or (is_new and not is_same),
        problem=row.problem if row else "",
    )


def _text(setting: AnySetting, row: Configured) -> str:
    if row.is_encrypted or setting.secret:
        return "***"
    if not isinstance(row.value, str | int | float):
        return ""  # what is there is not of its type; the problem quotes it
    return setting.show(row.value)
