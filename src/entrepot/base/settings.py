"""Settings: each room declares its own once; five layers give the values.

Highest first, key by key: the environment (with `.env` below the real one), secret
files, the properties file, `config.json`, the default.  `CONFIG_DIR` (`/app`) holds
`secrets/*`, `db-config/db-config.properties` and `config.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from entrepot.base.errors import Invalid

Value = str | int | float | bool
V = TypeVar("V", str, int, float, bool)
PREFIX = "ENTREPOT_"

TRUE = {"true", "1", "yes", "on"}
FALSE = {"false", "0", "no", "off", ""}


@dataclass(frozen=True, slots=True, eq=False)
class Setting(Generic[V]):
    """One knob. A number's name ends in its unit; the default gives the type.

    Attributes:
        name: `<room>_<what>_<unit>`; also its key in config.json and properties.
        development: The default when FLASK_ENV is development, if another.
        variable: Environment variable; `ENTREPOT_<NAME>` unless a document fixed it.
        aliases: Other variables that mean the same, the first one set wins.
        choices: The only values allowed, if any.
        at_least, at_most: The range of a number, both ends included.
        secret: Shown masked; may also come from `<VARIABLE>_FILE` and a secret file.
    """

    name: str
    default: V
    help: str
    variable: str = ""
    aliases: tuple[str, ...] = ()
    choices: tuple[V, ...] = ()
    at_least: V | None = None
    at_most: V | None = None
    development: V | None = None
    secret: bool = False

    def __post_init__(self) -> None:
        if not self.variable:
            object.__setattr__(self, "variable", PREFIX + self.name.upper())

    def parse(self, text: str) -> V:
        """Read a value as the default's type.

        Raises:
            Invalid: The text is not of that type, or not among the choices.
        """
        value = self._typed(text.strip())
        if self.choices and value not in self.choices:
            allowed = ", ".join(map(str, self.choices))
            raise Invalid(f"{self.variable} must be one of {allowed}, not {text!r}")
        self._check_range(value)
        return value

    def _check_range(self, value: V) -> None:
        low, high = self.at_least, self.at_most
        if low is not None and value < low:
            raise Invalid(f"{self.variable} must be at least {low}, not {value}")
        if high is not None and value > high:
            raise Invalid(f"{self.variable} must be at most {high}, not {value}")

    def _typed(self, text: str) -> V:
        kind: Any = type(self.default)
        shown = "***" if self.secret else repr(text)
        if kind is bool:
            if text.lower() not in TRUE | FALSE:
                raise Invalid(f"{self.variable} must be true or false, not {shown}")
            value: Any = text.lower() in TRUE
            return value  # type: ignore[no-any-return]  # bool is one of V
        try:
            return kind(text)  # type: ignore[no-any-return]  # the default's own type
        except ValueError:
            raise Invalid(
                f"{self.variable} must be {kind.__name__}, not {shown}"
            ) from None


AnySetting = Setting[str] | Setting[int] | Setting[float] | Setting[bool]


@dataclass(frozen=True, slots=True)
class Given:
    """A setting's value and the layer it came from."""

    value: Value
    layer: str


class Settings:
    """The value of every declared setting; `settings[SETTING]` has its type."""

    def __init__(
        self,
        given: Mapping[str, Given],
        declared: Iterable[AnySetting],
        warnings: Iterable[str] = (),
    ) -> None:
        self._given = dict(given)
        self.declared = tuple(declared)
        self.warnings = tuple(warnings)

    def __getitem__(self, setting: Setting[V]) -> V:
        value: Any = self._given[setting.name].value
        return value  # type: ignore[no-any-return]  # parse() made it the setting's type

    def layer(self, setting: AnySetting) -> str:
        """Return where the value came from, in words."""
        return self._given[setting.name].layer
