"""The layer of settings that people keep in our own database.

It stands between `config.json` and the defaults.  What is read before the database, or
guards the server, cannot be kept in it, and a row that cannot hold is skipped: it must
not stop a start, because the page that repairs it would not start either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from entrepot.base import ground_settings as ground
from entrepot.base.errors import EntrepotError, Invalid, InvalidValue
from entrepot.base.settings import PREFIX, AnySetting, Given, Settings, Skipped

LAYER = "configurations"
EARLY = ("DB_", "DATABASE_", "MIGRATION_")
"""How variables begin that say where our database is and how it is reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A row's key and text; `problem` says why there is no text to be had."""

    key: str
    text: str = field(default="", repr=False)
    is_secret: bool = False
    problem: str = ""


def may_be_kept(setting: AnySetting) -> bool:
    """Tell whether the database may give a setting its value."""
    is_ground = setting in ground.SETTINGS or setting.variable.startswith(EARLY)
    return not (setting.early or setting.guards or is_ground)


def setting_of(settings: Settings, key: str) -> AnySetting | None:
    """Return the setting that a key means: its name, variable or an alias."""
    for setting in settings.declared:
        if key.lower() in (setting.name, *(v.lower() for v in setting.variables)):
            return setting
    return None


def with_kept(settings: Settings, rows: Iterable[Kept]) -> Settings:
    """Return the settings with the rows that hold, and what is wrong with the others.

    Rows that no setting is named like are left to those who read them.
    """
    done: set[str] = set()
    for row in sorted(rows, key=lambda row: (row.key != row.key.lower(), row.key)):
        setting = setting_of(settings, row.key)
        if setting is None:
            if row.key.upper().startswith(PREFIX):
                skipped = Skipped(row.key, "there is no such setting")
                settings = settings.with_layer({}, [skipped])
            continue
        try:
            settings = _with_row(settings, setting, row, done)
        except Invalid as error:
            settings = settings.with_layer({}, [Skipped(row.key, error.detail)])
    return settings


def check_kept(
    settings: Settings, setting: AnySetting, text: str, *, is_secret: bool = False
) -> None:
    """Refuse what a setting cannot be, alone or beside the others.

    Raises:
        Invalid: It is read before the database or guards the server, or the value is
            wrong.
    """
    _place(settings, setting, Kept(key=setting.name, text=text, is_secret=is_secret))


def _with_row(
    settings: Settings, setting: AnySetting, row: Kept, done: set[str]
) -> Settings:
    if row.problem:
        raise InvalidValue(row.problem)
    if setting.name in done:
        raise InvalidValue(f"another row gives {setting.variable}")
    if not row.text.strip():
        return settings
    given = _place(settings, setting, row)
    done.add(setting.name)
    return settings.with_layer({setting.name: given})


def refuse_unkept(setting: AnySetting) -> None:
    """Go on only with a setting that the database may give its value.

    Raises:
        Invalid: It is read before the database, or guards the server.
    """
    if may_be_kept(setting):
        return
    why = "guards this server" if setting.guards else "is read before our own database"
    raise InvalidValue(
        f"{setting.variable} {why}", hint="set it in the environment or in a file"
    )


def _place(settings: Settings, setting: AnySetting, row: Kept) -> Given:
    refuse_unkept(setting)
    try:
        given = Given(setting.parse(row.text), f"{LAYER} ({row.key})")
        settings.with_layer({setting.name: given}).check()
    except EntrepotError as error:
        if row.is_secret or setting.secret:
            raise InvalidValue(f"the value of {setting.variable} is wrong") from None
        raise InvalidValue(error.detail, hint=error.hint) from error
    return given
