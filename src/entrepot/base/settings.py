"""Settings: each room declares its own once; the layers give the values.

Highest first, key by key: the environment, `.env` in the working directory, secret
files, the properties file, `config.json`, our own database (`kept_layer`), the
default.  `CONFIG_DIR` (`/app`) holds `secrets/*`, `db-config/db-config.properties` and
`config.json`.  A key that is absent or empty says nothing, so the next layer is asked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from entrepot.base.errors import Invalid

Value = str | int | float | bool
V = TypeVar("V", str, int, float, bool)
PREFIX = "ENTREPOT_"

TRUE = {"true", "1", "yes", "on"}
FALSE = {"false", "0", "no", "off"}
WORDS = {int: "a whole number", float: "a number"}


def masked_url(text: str) -> str:
    """Return a text with what a URL in it may hide shown as `***`."""
    scheme, colon, rest = text.partition("://")
    if not colon:
        return text
    # The last @ ends the password: people forget to encode the others.
    login, at, place = rest.rpartition("@")
    if "?" in login:  # an @ in the query, or a ? in the password: show neither
        return f"{scheme}://{re.split('[:?]', login)[0]}***"
    user, with_password, _ = login.partition(":")
    shown = f"{user}:***" if with_password else user
    place, question, _ = place.partition("?")
    return f"{scheme}://{shown}{at}{place}" + ("?***" if question else "")


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
        early: Read before our own database is, so it cannot be kept in it.
        guards: Says who is let in or which files are open, which is for those who start
            the server, not for those who sign in: it cannot be kept there either.
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
    early: bool = False
    guards: bool = False

    def __post_init__(self) -> None:
        if not self.variable:
            object.__setattr__(self, "variable", PREFIX + self.name.upper())

    @property
    def variables(self) -> tuple[str, ...]:
        """Return the variable and its aliases, the one that wins first."""
        return (self.variable, *self.aliases)

    def parse(self, text: str) -> V:
        """Read a value as the default's type.

        Raises:
            Invalid: The text is not of that type, among the choices, or in the range.
        """
        value = self._typed(text.strip())
        if self.choices and value not in self.choices:
            raise self._wrong("one of " + ", ".join(map(str, self.choices)), text)
        if self.at_least is not None and value < self.at_least:
            raise self._wrong(f"at least {self.at_least}", text)
        if self.at_most is not None and value > self.at_most:
            raise self._wrong(f"at most {self.at_most}", text)
        return value

    def show(self, value: Value) -> str:
        """Return a value as people may see it: secrets and passwords are `***`."""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if self.secret and "://" not in text:
            return "***" if text else ""
        return masked_url(text)

    def _typed(self, text: str) -> V:
        kind: Any = type(self.default)
        if kind is bool and text.lower() not in TRUE | FALSE:
            raise self._wrong("true or false", text)
        try:
            value: Any = text.lower() in TRUE if kind is bool else kind(text)
        except ValueError:
            raise self._wrong(WORDS[kind], text) from None
        if kind is float and not math.isfinite(value):
            raise self._wrong(WORDS[kind], text)
        return value  # type: ignore[no-any-return]  # of the default's own type

    def _wrong(self, wanted: str, text: str) -> Invalid:
        shown = "***" if self.secret else repr(text[:100])
        return Invalid(f"{self.variable} must be {wanted}, not {shown}")


AnySetting = Setting[str] | Setting[int] | Setting[float] | Setting[bool]


@dataclass(frozen=True, slots=True)
class Given:
    """A setting's value and the layer it came from."""

    value: Value
    layer: str
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A value of a layer that does not hold, and why."""

    key: str
    reason: str


Check = Callable[["Settings"], None]
"""Raises `Invalid` where values do not go together."""


class Settings:
    """The value of every declared setting; `settings[SETTING]` has its type."""

    def __init__(
        self,
        given: Mapping[str, Given],
        declared: Iterable[AnySetting],
        warnings: Iterable[str] = (),
        *,
        checks: Iterable[Check] = (),
        skipped: Iterable[Skipped] = (),
    ) -> None:
        self._given = dict(given)
        self.declared = tuple(declared)
        self.warnings = tuple(warnings)
        self.checks = tuple(checks)
        self.skipped = tuple(skipped)

    def with_checks(self, checks: Iterable[Check]) -> Settings:
        """Return the same settings, which these checks have to let through.

        Raises:
            Invalid: One does not.
        """
        settings = Settings(self._given, self.declared, self.warnings, checks=checks)
        settings.check()
        return settings

    def with_layer(
        self, given: Mapping[str, Given], skipped: Iterable[Skipped] = ()
    ) -> Settings:
        """Return these settings with values, by name, where only a default stood."""
        free = {name: new for name, new in given.items() if self.is_default(name)}
        return Settings(
            self._given | free,
            self.declared,
            self.warnings,
            checks=self.checks,
            skipped=(*self.skipped, *skipped),
        )

    def check(self) -> None:
        """Let each place look at its own values.

        Raises:
            Invalid: They do not go together.
        """
        for check in self.checks:
            check(self)

    def is_default(self, name: str) -> bool:
        """Tell whether no layer says anything of a setting, named by its `name`."""
        return self._given[name].is_default

    def __getitem__(self, setting: Setting[V]) -> V:
        value: Any = self._given[setting.name].value
        return value  # type: ignore[no-any-return]  # parse() made it the setting's type

    def layer(self, setting: AnySetting) -> str:
        """Return where the value came from, in words."""
        return self._given[setting.name].layer

    def shown(self, setting: AnySetting) -> str:
        """Return the value as people may see it."""
        return setting.show(self._given[setting.name].value)
