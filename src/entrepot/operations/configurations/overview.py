"""Every setting with its value, and where the value comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from entrepot.base.house import House
from entrepot.base.kept_layer import LAYER, may_be_kept, setting_of
from entrepot.base.settings import AnySetting
from entrepot.operations.configurations.keeping import Configured, list_configurations


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The settings, and the values that the documents name, that were looked for.

    Attributes:
        total: Lines and values there are in all.
        pending_count: Settings, found or not, that the next start changes.
        skipped_count: Kept rows, found or not, that do not hold.
    """

    settings: list[SettingLine]
    values: list[Configured]
    total: int
    pending_count: int
    skipped_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Lines below one heading; settings, or values that the documents name."""

    heading: str
    settings: list[SettingLine]
    values: list[Configured]


def find_settings(house: House, q: str = "", *, only_set: bool = False) -> Found:
    """Return the settings and values in which `q` occurs, in any case.

    Args:
        only_set: Leave out the settings that have their default.
    """
    lines = list_settings(house)
    values = [v for v in list_configurations(house) if not v.setting]
    problems = [*(line.problem for line in lines), *(v.problem for v in values)]
    return Found(
        settings=[s for s in lines if _has(q, s) and not (only_set and _is_default(s))],
        values=[v for v in values if q.lower() in f"{v.key} {v.description}".lower()],
        total=len(lines) + len(values),
        pending_count=sum(line.is_pending for line in lines),
        skipped_count=sum(map(bool, problems)),
    )


def group_settings(found: Found, heading_of: Callable[[str], str]) -> list[Group]:
    """Return what was found below headings: settings first, then values by category.

    Args:
        heading_of: Gives the heading of a setting's name.
    """
    settings: dict[str, list[SettingLine]] = {}
    for line in found.settings:
        settings.setdefault(heading_of(line.name), []).append(line)
    values: dict[str, list[Configured]] = {}
    for value in found.values:
        category = value.category or "other"
        values.setdefault(f"{category.capitalize()}: values", []).append(value)
    return [
        *(Group(heading=h, settings=lines, values=[]) for h, lines in settings.items()),
        *(Group(heading=h, settings=[], values=kept) for h, kept in values.items()),
    ]


def is_secret(house: House, key: str) -> bool:
    """Tell whether what goes by this name, or alias, may not be shown again."""
    names = (line for line in list_settings(house) if line.is_secret)
    values = list_configurations(house)
    return key in {
        *(n for line in names for n in (line.name, line.variable, *line.aliases)),
        *(value.key for value in values if value.is_encrypted),
    }


def list_settings(house: House) -> list[SettingLine]:
    """Return every setting, in the order of the rooms that declare them."""
    kept: dict[str, Configured] = {}
    for row in list_configurations(house):
        setting = setting_of(house.settings, row.key)
        if setting is not None and row.has_value:
            kept.setdefault(setting.name, row)
    return [_line(house, s, kept.get(s.name)) for s in house.settings.declared]


def _has(q: str, line: SettingLine) -> bool:
    words = " ".join((line.variable, line.name, *line.aliases, line.help))
    return q.lower() in words.lower()


def _is_default(line: SettingLine) -> bool:
    return line.layer.startswith("default") and line.kept is None


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
