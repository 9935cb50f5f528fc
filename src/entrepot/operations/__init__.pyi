from .configurations import (
    Change,
    Configured,
    get_configuration,
    get_value,
    list_configurations,
    remove_configuration,
    set_configuration,
)
from .events import ConfigurationChanged, ConfigurationRemoved
from .kept import read_kept
from .models import Configuration
from .overview import SettingLine, list_settings

__all__ = [
    "Change",
    "Configuration",
    "ConfigurationChanged",
    "ConfigurationRemoved",
    "Configured",
    "SettingLine",
    "get_configuration",
    "get_value",
    "list_configurations",
    "list_settings",
    "read_kept",
    "remove_configuration",
    "set_configuration",
]
