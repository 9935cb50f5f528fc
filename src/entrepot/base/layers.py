"""Which layer gives each setting its value, and what is wrong with the layers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from entrepot.base import layer_files
from entrepot.base.errors import EntrepotError, Invalid, UnknownName
from entrepot.base.ground_settings import CONFIG_DIR, FLASK_ENV
from entrepot.base.settings import PREFIX, AnySetting, Given, Settings

TESTS = f"{PREFIX}TEST_"
"""Variables that only our tests read."""

INJECTED = re.compile(
    r"ENTREPOT_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP)(_\w+)?)"
)
"""Variables that Kubernetes gives every pod beside a service named `entrepot…`.

https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
"""


@dataclass(frozen=True, slots=True)
class Layer:
    """Texts by key; a key is a setting's variable or alias, or its name."""

    name: str
    texts: Mapping[str, str]
    by_variable: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What the layers say: a value for every setting, and all that is wrong."""

    settings: Settings
    problems: tuple[EntrepotError, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    key: str
    text: str
    source: str


@dataclass(slots=True)
class _Notes:
    warnings: list[str] = field(default_factory=list)
    problems: list[EntrepotError] = field(default_factory=list)


def load(
    declared: Iterable[AnySetting], environ: Mapping[str, str], folder: Path
) -> Settings:
    """Return the value of every setting.

    Args:
        folder: Where `.env` is looked for.

    Raises:
        UnknownName: A layer has an `ENTREPOT_` variable that no room declares.
        Invalid: A value is wrong, or a file cannot be read.
    """
    reading = read(declared, environ, folder)
    for problem in reading.problems:
        raise problem
    return reading.settings


def read(
    declared: Iterable[AnySetting], environ: Mapping[str, str], folder: Path
) -> Reading:
    """Return what the layers say; a setting whose value is wrong has its default."""
    declared, notes = tuple(declared), _Notes()
    layers = list(_layers(environ, folder, notes.problems))
    notes.problems += _unknown(declared, layers)
    mode = _value(FLASK_ENV, layers, _Notes(), is_development=False)
    is_development = mode.value == "development"
    given = {s.name: _value(s, layers, notes, is_development) for s in declared}
    settings = Settings(given, declared, notes.warnings)
    return Reading(settings, tuple(notes.problems))


def _layers(
    environ: Mapping[str, str], folder: Path, problems: list[EntrepotError]
) -> Iterator[Layer]:
    yield Layer("environment", environ, by_variable=True)
    dotenv = _texts(layer_files.dotenv, folder / ".env", problems)
    yield Layer(".env", dotenv, by_variable=True)
    name = CONFIG_DIR.variable
    root = Path(environ.get(name) or dotenv.get(name) or CONFIG_DIR.default)
    for layer, read_file, path in (
        ("secret file", layer_files.secret_files, "secrets"),
        ("properties", layer_files.properties, "db-config/db-config.properties"),
        ("config.json", layer_files.config_json, "config.json"),
    ):
        yield Layer(layer, _texts(read_file, root / path, problems))


def _texts(
    read_file: Callable[[Path], dict[str, str]],
    path: Path,
    problems: list[EntrepotError],
) -> dict[str, str]:
    try:
        return read_file(path)
    except Invalid as error:
        problems.append(error)
        return {}


def _unknown(
    declared: tuple[AnySetting, ...], layers: list[Layer]
) -> Iterator[UnknownName]:
    known = {v for s in declared for v in s.variables}
    known |= {f"{s.variable}_FILE" for s in declared if s.secret}
    for layer in layers:
        for key in layer.texts:
            variable = key if layer.by_variable else key.upper()
            is_ours = key.upper().startswith(PREFIX) and not key.startswith(TESTS)
            if is_ours and variable not in known and not _is_injected(key, layer):
                yield _unknown_variable(key, known)


def _is_injected(key: str, layer: Layer) -> bool:
    # ENTREPOT_PORT=tcp://10.0.0.1:80 is Kubernetes' as well.
    is_link = "://" in layer.texts[key] and key.endswith("_PORT")
    return is_link or INJECTED.fullmatch(key) is not None


def _unknown_variable(variable: str, known: set[str]) -> UnknownName:
    plain = {name.removeprefix(PREFIX): name for name in known}
    near = get_close_matches(variable.upper().removeprefix(PREFIX), plain, n=1)
    error = UnknownName("setting", variable, known)
    if near:
        error.hint = f"did you mean {plain[near[0]]!r}?"
    return error


def _value(
    setting: AnySetting, layers: list[Layer], notes: _Notes, is_development: bool
) -> Given:
    default, source = setting.default, "default"
    if is_development and setting.development is not None:
        default, source = setting.development, "default for development"
    try:
        for found in _found(setting, layers, notes.warnings):
            return Given(_parsed(setting, found), found.source)
    except Invalid as error:
        notes.problems.append(error)
        source = f"{source}, another value is wrong"
    return Given(default, source, is_default=True)


def _parsed(setting: AnySetting, found: _Found) -> str | int | float | bool:
    try:
        return setting.parse(found.text)
    except Invalid as error:
        raise Invalid(error.detail, hint=f"it comes from {found.source}") from None


def _found(
    setting: AnySetting, layers: list[Layer], warnings: list[str]
) -> Iterator[_Found]:
    """Yield what the layers say of a setting, the one that holds first."""
    variables = [layer for layer in layers if layer.by_variable]
    there = [f for layer in variables for f in _in_layer(setting, layer)]
    for other in there[1:]:
        if other.key != there[0].key and other.text != there[0].text:
            warnings.append(
                f"{there[0].key} and {other.key} disagree; {there[0].key} holds"
            )
    yield from there
    for layer in variables:
        yield from _pointed(setting, layer)
    for layer in layers:
        if not layer.by_variable:
            yield from _in_layer(setting, layer)


def _in_layer(setting: AnySetting, layer: Layer) -> Iterator[_Found]:
    keys = list(setting.variables)
    if not layer.by_variable:
        keys = [setting.name, *(k for v in keys for k in (v.lower(), v))]
    for key in dict.fromkeys(keys):
        text = layer.texts.get(key, "").strip()
        if text:
            yield _Found(key, text, f"{layer.name} ({key})")


def _pointed(setting: AnySetting, layer: Layer) -> Iterator[_Found]:
    """Follow `<VARIABLE>_FILE` to the file that holds a secret."""
    key = f"{setting.variable}_FILE"
    path = layer.texts.get(key, "") if setting.secret else ""
    text = layer_files.text_of(Path(path)).strip() if path else ""
    if text:
        yield _Found(key, text, f"file ({key})")
