"""Values that people keep in our database: look, set, remove."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from entrepot.base.errors import (
    Conflict,
    EntrepotError,
    InvalidValue,
    NotThere,
    UnknownName,
)
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.kept_layer import check_kept, setting_of
from entrepot.base.redaction import HIDDEN
from entrepot.base.settings import PREFIX, AnySetting, Settings, masked_url
from entrepot.operations.configurations.patterns import check_match, check_pattern
from entrepot.operations.configurations.sealed import open_text, seal_text
from entrepot.operations.configurations.values import Json, parse_value, render_value
from entrepot.operations.events import ConfigurationChanged, ConfigurationRemoved
from entrepot.operations.models import Configuration

DataType = Literal["string", "integer", "float", "boolean", "json"]
KINDS: dict[type, DataType] = {
    str: "string",
    int: "integer",
    float: "float",
    bool: "boolean",
}
SHOWN_CHARACTERS = 200
"""Of a value in an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """A value that is kept in our database.

    Attributes:
        value: As its type; null where there is none, or where it is encrypted.
        has_value: Whether there is one, which may be encrypted.
        setting: Variable of the setting that the value is for; empty for others.
        takes_effect: When a change is noticed.
        problem: Why the value does not hold; empty if it does.
    """

    key: str
    value: Json
    has_value: bool
    data_type: DataType
    description: str
    category: str
    is_required: bool
    is_encrypted: bool
    validation_regex: str
    setting: str
    takes_effect: Literal["at once", "at the next start"]
    problem: str
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a value is to be; None leaves what is there.

    Attributes:
        data_type: Wanted for a new value that no setting is named like.
    """

    value: Json
    data_type: DataType | None = None
    description: str | None = None
    category: str | None = None
    validation_regex: str | None = None
    is_encrypted: bool | None = None
    is_required: bool | None = None


def list_configurations(house: House, category: str | None = None) -> list[Configured]:
    """Return the values by key, of all categories or of one."""
    wanted = select(Configuration).order_by(Configuration.key)
    if category is not None:
        wanted = wanted.where(Configuration.category == category)
    with house.store.read_session() as session:
        return [_configured(house.settings, row) for row in session.scalars(wanted)]


def get_configuration(house: House, key: str) -> Configured:
    """Return one value, by its key or by any name of the setting it is for.

    Raises:
        NotThere: Nothing is kept under that name.
    """
    with house.store.read_session() as session:
        return _configured(house.settings, _get_row(house.settings, session, key))


def get_value(house: House, key: str) -> Json:
    """Return a value as its type, opened where it is encrypted.

    Raises:
        NotThere: Nothing is kept under that name.
        InvalidValue: The text is not of its type.
        Conflict: It was encrypted with another key.
    """
    with house.store.read_session() as session:
        row = _get_row(house.settings, session, key)
        text = _text_of(house.settings, row)
        return None if text is None else parse_value(row.data_type, text)


def set_configuration(house: House, key: str, change: Change) -> Configured:
    """Keep a value; one that is for a setting is checked as the setting.

    Raises:
        InvalidValue: The value is not of its type, does not match the pattern, is
            wanted and empty, or the setting cannot be kept here; or it is new and has
            no type.
        UnknownName: It is named like a setting, and there is none.
        Conflict: It is kept with another type, or somebody else made it just now.
    """
    setting = setting_of(house.settings, key)
    pattern = _matched(house, key, change)
    try:
        with house.store.session() as session:
            row = _find_row(house.settings, session, key, is_change=True)
            if row is None:
                row = _new_row(house.settings.declared, setting, key, change)
            old = _shown(row, setting)
            _describe(row, setting, change)
            if (row.validation_regex or "") != pattern:
                raise Conflict(f"somebody else changed {row.key} at the same time")
            _put(house, row, setting, change.value)
            session.add(row)
            session.flush()  # the times of the row, and who was faster
            emit(ConfigurationChanged(key=row.key, old=old, new=_shown(row, setting)))
            configured = _configured(house.settings, row)
    except IntegrityError as error:
        raise Conflict(f"somebody else made {key!r} at the same time") from error
    return configured


def remove_configuration(house: House, key: str) -> Configured:
    """Remove a value; a setting has its default again at the next start.

    Raises:
        NotThere: Nothing is kept under that name.
        Conflict: The value is required.
    """
    with house.store.session() as session:
        row = _get_row(house.settings, session, key, is_change=True)
        if row.is_required:
            raise Conflict(f"{row.key} is required; change it instead")
        removed = _configured(house.settings, row)
        setting = setting_of(house.settings, row.key)
        emit(ConfigurationRemoved(key=row.key, old=_shown(row, setting)))
        session.delete(row)
    return removed


def _matched(house: House, key: str, change: Change) -> str:
    """Return the pattern, which the value matches; telling may take a second.

    So long nobody must wait for our transaction.
    """
    with house.store.read_session() as session:
        row = _find_row(house.settings, session, key)
    pattern = change.validation_regex
    if pattern is None:
        pattern = (row and row.validation_regex) or ""
    data_type = row.data_type if row else _type_of_new(house, key, change)
    is_refused = change.data_type not in (None, data_type)  # below, and better told
    if pattern and data_type and not is_refused and change.value not in (None, ""):
        check_match(pattern, render_value(data_type, change.value))
    elif pattern:
        check_pattern(pattern)
    return pattern


def _type_of_new(house: House, key: str, change: Change) -> DataType | None:
    setting = setting_of(house.settings, key)
    return change.data_type if setting is None else KINDS[type(setting.default)]


def _keys(settings: Settings, key: str) -> list[str]:
    """Return the keys that mean the same, the one to be made first."""
    setting = setting_of(settings, key)
    if setting is None:
        return [key]
    names = (n for v in setting.variables for n in (v.lower(), v))
    return list(dict.fromkeys([setting.name, *names]))


def _find_row(
    settings: Settings, session: Session, key: str, *, is_change: bool = False
) -> Configuration | None:
    keys = _keys(settings, key)
    wanted = select(Configuration).where(Configuration.key.in_(keys))
    rows = list(session.scalars(wanted.with_for_update() if is_change else wanted))
    return min(rows, key=lambda row: keys.index(row.key), default=None)


def _get_row(
    settings: Settings, session: Session, key: str, *, is_change: bool = False
) -> Configuration:
    row = _find_row(settings, session, key, is_change=is_change)
    if row is None:
        known = session.scalars(select(Configuration.key))
        raise NotThere("configuration", key, list(known))
    return row


def _new_row(
    declared: tuple[AnySetting, ...],
    setting: AnySetting | None,
    key: str,
    change: Change,
) -> Configuration:
    if setting is not None:
        return Configuration(
            key=setting.name,
            data_type=KINDS[type(setting.default)],
            description=setting.help,
            category="settings",
        )
    if key.upper().startswith(PREFIX):
        raise UnknownName("setting", key, [v for s in declared for v in s.variables])
    if change.data_type is None:
        raise InvalidValue(
            f"nothing is kept as {key!r} yet, and no setting has this name",
            hint="to keep something new, say its data_type",
        )
    return Configuration(key=key, data_type=change.data_type)


def _describe(row: Configuration, setting: AnySetting | None, change: Change) -> None:
    if change.data_type not in (None, row.data_type):
        raise Conflict(
            f"{row.key} is kept as {row.data_type}, not as {change.data_type}",
            hint="remove it first",
        )
    for name in ("description", "category", "is_required"):
        wanted = getattr(change, name)
        if wanted is not None:
            setattr(row, name, wanted)
    if change.validation_regex is not None:
        row.validation_regex = change.validation_regex or None
    if change.is_encrypted is not None:
        row.is_encrypted = change.is_encrypted
    if setting is not None and setting.secret:
        row.is_encrypted = True


def _put(
    house: House, row: Configuration, setting: AnySetting | None, value: Json
) -> None:
    text = None if value is None else render_value(row.data_type, value)
    if not text and row.is_required:
        raise InvalidValue(f"{row.key} is required: it cannot be empty")
    if setting is not None and not (text or "").strip():
        raise InvalidValue(
            f"an empty value says nothing of {setting.variable}",
            hint="remove it, and the setting has its default",
        )
    if setting is not None and text:
        check_kept(house.settings, setting, text)
    row.value = text
    if text is not None and row.is_encrypted:
        row.value = seal_text(house.settings, text)


def _text_of(settings: Settings, row: Configuration) -> str | None:
    if row.value is None or not row.is_encrypted:
        return row.value
    return open_text(settings, row.value)


def _is_hidden(row: Configuration, setting: AnySetting | None) -> bool:
    # Plain SQL may have left a secret setting's value unencrypted.
    return row.is_encrypted or (setting is not None and setting.secret)


def _shown(row: Configuration, setting: AnySetting | None) -> str:
    if _is_hidden(row, setting) and row.value:
        return HIDDEN
    return masked_url(row.value or "")[:SHOWN_CHARACTERS]


def _configured(settings: Settings, row: Configuration) -> Configured:
    setting = setting_of(settings, row.key)
    is_hidden = _is_hidden(row, setting)
    value, problem = _looked_at(settings, row, setting, is_hidden=is_hidden)
    return Configured(
        key=row.key,
        value=None if is_hidden else value,
        has_value=row.value is not None,
        data_type=row.data_type,  # type: ignore[arg-type]  # the database has these alone
        description=row.description or "",
        category=row.category or "",
        is_required=row.is_required,
        is_encrypted=row.is_encrypted,
        validation_regex=row.validation_regex or "",
        setting=setting.variable if setting else "",
        takes_effect="at the next start" if setting else "at once",
        problem=problem,
        updated_at=row.updated_at,
    )


def _looked_at(
    settings: Settings,
    row: Configuration,
    setting: AnySetting | None,
    *,
    is_hidden: bool,
) -> tuple[Json, str]:
    """Return the value, and why it does not hold."""
    try:
        text = _text_of(settings, row)
        value = None if text is None else parse_value(row.data_type, text)
    except EntrepotError as error:
        return None, "the hidden value cannot be used" if is_hidden else error.detail
    try:
        if setting is not None and text:
            check_kept(settings, setting, text, is_secret=is_hidden)
    except EntrepotError as error:
        return value, error.detail
    is_unknown = setting is None and row.key.upper().startswith(PREFIX)
    return value, "there is no such setting" if is_unknown else ""
