"""Where values of settings come from: environment, secret files, files, defaults."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from entrepot.base.errors import Invalid, UnknownName
from entrepot.base.ground_settings import CONFIG_DIR, FLASK_ENV
from entrepot.base.settings import PREFIX, AnySetting, Given, Settings, Value

TESTS = f"{PREFIX}TEST_"
"""Variables that only our tests read."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Texts by key; a key is a setting's variable or alias, or its name."""

    name: str
    texts: Mapping[str, str]
    by_variable: bool


def load(
    declared: Iterable[AnySetting], environ: Mapping[str, str], folder: Path
) -> Settings:
    """Return the value of every setting.

    Args:
        folder: Where `.env` is looked for.

    Raises:
        UnknownName: The environment has an `ENTREPOT_` variable that no room declares.
        Invalid: A value has the wrong type, or a file cannot be read.
    """
    declared = tuple(declared)
    environment = _with_dotenv(environ, folder)
    _refuse_unknown(declared, environment)
    layers = _layers(environment)
    warnings: list[str] = []
    development = _value(FLASK_ENV, layers, warnings, is_development=False)
    is_development = development.value == "development"
    given = {s.name: _value(s, layers, warnings, is_development) for s in declared}
    return Settings(given, declared, dict.fromkeys(warnings))


def _with_dotenv(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    file = dotenv_values(folder / ".env", interpolate=False)
    return {**{k: v for k, v in file.items() if v is not None}, **environ}


def _refuse_unknown(
    declared: Sequence[AnySetting], environment: Mapping[str, str]
) -> None:
    known = {v for s in declared for v in _variables(s)}
    known |= {f"{s.variable}_FILE" for s in declared if s.secret}
    for variable in environment:
        is_ours = variable.startswith(PREFIX)
        if is_ours and variable not in known and not variable.startswith(TESTS):
            ours = [name for name in known if name.startswith(PREFIX)]
            raise UnknownName("setting", variable, ours)


def _layers(environment: Mapping[str, str]) -> list[Layer]:
    folder = Path(environment.get(CONFIG_DIR.variable) or CONFIG_DIR.default)
    return [
        Layer("environment", environment, by_variable=True),
        Layer("secret file", dict(_secret_files(folder / "secrets")), False),
        Layer(
            "properties",
            dict(_properties(folder / "db-config" / "db-config.properties")),
            False,
        ),
        Layer("config.json", dict(_config_json(folder / "config.json")), False),
    ]


def _variables(setting: AnySetting) -> tuple[str, ...]:
    return (setting.variable, *setting.aliases)


def _value(
    setting: AnySetting, layers: list[Layer], warnings: list[str], is_development: bool
) -> Given:
    for layer in layers:
        found = _in_environment if layer.by_variable else _in_file
        for source, text in found(setting, layer, warnings):
            return Given(setting.parse(text), source)
    if is_development and setting.development is not None:
        return Given(setting.development, "default for development")
    return Given(setting.default, "default")


def _in_environment(
    setting: AnySetting, layer: Layer, warnings: list[str]
) -> Iterator[tuple[str, str]]:
    there = [v for v in _variables(setting) if layer.texts.get(v, "") != ""]
    for other in there[1:]:
        if layer.texts[other] != layer.texts[there[0]]:
            warnings.append(f"{there[0]} and {other} disagree; {there[0]} holds")
    for variable in there[:1]:
        yield f"{layer.name} ({variable})", layer.texts[variable]
    pointed = layer.texts.get(f"{setting.variable}_FILE") if setting.secret else None
    if pointed:
        yield f"file ({setting.variable}_FILE)", _read(Path(pointed)).strip()


def _in_file(
    setting: AnySetting, layer: Layer, warnings: list[str]
) -> Iterator[tuple[str, str]]:
    for key in (setting.name, setting.variable.lower(), setting.variable):
        if key in layer.texts:
            yield layer.name, layer.texts[key]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"cannot read {path}: {error}") from error


def _secret_files(folder: Path) -> Iterator[tuple[str, str]]:
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if path.is_file() and not path.name.startswith("."):
                yield path.name, _read(path).strip()


def _properties(path: Path) -> Iterator[tuple[str, str]]:
    if not path.is_file():
        return
    for line in _read(path).splitlines():
        key, equals, text = line.partition("=")
        if equals and not line.lstrip().startswith(("#", "!")):
            yield key.strip(), text.strip()


def _config_json(path: Path) -> Iterator[tuple[str, str]]:
    if not path.is_file():
        return
    try:
        document = json.loads(_read(path))
    except ValueError as error:
        raise Invalid(f"{path} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise Invalid(f"{path} must hold one JSON object")
    for key, value in document.items():
        if isinstance(value, str | int | float | bool):
            yield key, _text(value)


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
