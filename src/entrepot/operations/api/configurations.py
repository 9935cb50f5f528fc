"""`/api/configurations` and `/api/settings`: values kept in our database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from msgspec import Meta

from entrepot.base.errors import Conflict, Missing
from entrepot.operations.api.blueprint import bp
from entrepot.operations.configurations import keeping as service
from entrepot.operations.configurations.keeping import Change, Configured, DataType
from entrepot.operations.configurations.overview import SettingLine
from entrepot.operations.configurations.overview import list_settings as every_setting
from entrepot.operations.configurations.values import Json
from entrepot.web.routes import Doc, current_house, route

EXAMPLE = {"key": "sync.batch_size"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationsQuery:
    """Which values are listed."""

    category: (
        Annotated[
            str, Meta(max_length=100, examples=["sync"], description="Only these.")
        ]
        | None
    ) = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewValue:
    """What a value is to be; what is left out stays as it is.

    Attributes:
        value: Of its type, or a text that means such a value; null for none.
        data_type: Wanted for something new that no setting is named like.
        validation_regex: What the whole value has to match; empty for anything.
        is_encrypted: Keep it so that it is never shown again.
        is_required: It can be neither empty nor removed.
    """

    value: Json = field(repr=False)
    data_type: DataType | None = None
    description: Annotated[str, Meta(max_length=2000)] | None = None
    category: Annotated[str, Meta(max_length=100)] | None = None
    validation_regex: Annotated[str, Meta(max_length=500)] | None = None
    is_encrypted: bool | None = None
    is_required: bool | None = None


@route(
    bp,
    "GET",
    "/api/configurations",
    Doc(role="admin", data=list[Configured], query=ConfigurationsQuery),
)
def list_configurations(query: ConfigurationsQuery) -> list[Configured]:
    """List the values that are kept in our database.

    Those that are encrypted are never shown.
    """
    return service.list_configurations(current_house(), query.category)


@route(
    bp,
    "GET",
    "/api/configurations/<name:key>",
    Doc(role="admin", data=Configured, path_examples=EXAMPLE),
)
def get_configuration(key: str) -> Configured:
    """Show one value, by its key or by any name of the setting it is for."""
    return service.get_configuration(current_house(), key)


@route(
    bp,
    "PUT",
    "/api/configurations/<name:key>",
    Doc(
        role="admin",
        data=Configured,
        body=NewValue,
        errors=(Conflict, Missing),
        path_examples=EXAMPLE,
    ),
)
def set_configuration(key: str, body: NewValue) -> Configured:
    """Keep a value.

    One for a setting holds from the next start on, where no file and no variable says
    otherwise; settings that are read before the database cannot be kept here. Every
    other value holds at once.
    """
    change = Change(**{name: getattr(body, name) for name in NewValue.__annotations__})
    return service.set_configuration(current_house(), key, change)


@route(
    bp,
    "DELETE",
    "/api/configurations/<name:key>",
    Doc(role="admin", data=Configured, errors=(Conflict,), path_examples=EXAMPLE),
)
def remove_configuration(key: str) -> Configured:
    """Remove a value; a setting has its default again at the next start."""
    return service.remove_configuration(current_house(), key)


@route(bp, "GET", "/api/settings", Doc(role="admin", data=list[SettingLine]))
def list_settings() -> list[SettingLine]:
    """List every setting with its value and the layer it comes from.

    Secrets are masked. `is_pending` says that the next start brings another value.
    """
    return every_setting(current_house())
