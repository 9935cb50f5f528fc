"""The configuration as one dated file without secrets: settings, and kept values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, cast

import msgspec

from entrepot.base.acting import current
from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.files import publish
from entrepot.base.ground_settings import CONFIG_DIR
from entrepot.base.house import House
from entrepot.base.layer_files import config_json
from entrepot.base.redaction import without_secrets
from entrepot.base.times import now
from entrepot.base.version import VERSION
from entrepot.operations import settings as knobs
from entrepot.operations.configurations.keeping import (
    Configured,
    get_value,
    list_configurations,
)
from entrepot.operations.configurations.overview import SettingLine, list_settings
from entrepot.operations.configurations.values import Json
from entrepot.operations.errors import BackupBroke, BackupDamaged
from entrepot.operations.events import ConfigurationSaved
from entrepot.operations.upkeep.telling import tell

FORMAT = 1
TELLING_CHARACTERS = 8
"""A shorter secret may stand in the file by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What stands in the file; secrets are `***`, or null.

    Attributes:
        settings: Every setting, with its value and the layer that gave it.
        values: What is kept in the table `configurations`.
        config_json: The texts of CONFIG_DIR/config.json by key.
        seal: SHA-256 over all the rest.
    """

    kind: Literal["entrepot-configuration"] = "entrepot-configuration"
    format: int = FORMAT
    version: str
    taken_at: datetime
    taken_by: str
    settings: list[SettingLine]
    values: list[Configured]
    config_json: dict[str, str]
    seal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedConfiguration:
    """A file with the configuration of one moment."""

    path: str
    size_bytes: int
    sha256: str
    settings: int
    values: int


def save_configuration(house: House) -> SavedConfiguration:
    """Write the configuration to a dated file, read it again, and only then keep it.

    Older ones in ENTREPOT_HOME/backups/configuration make room.

    Raises:
        BackupBroke: A secret stands in it; nothing is kept.
        TooMuch: The disk is full.
    """
    document = _document(house)
    written = msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
    _refuse_secrets(house, written)
    folder = folder_of(house)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"configuration_{document.taken_at:%Y%m%d_%H%M%S_%f}.json"
    with publish(path) as file:
        file.write(written)
        file.flush()
        file.seek(0)
        if _parsed(path, file.read()) != document:
            raise BackupBroke("what was written is not what is configured")
    saved = SavedConfiguration(
        path=str(path),
        size_bytes=len(written),
        sha256=hashlib.sha256(written).hexdigest(),
        settings=len(document.settings),
        values=len(document.values),
    )
    tell(
        house,
        ConfigurationSaved(
            file=saved.path, size_bytes=saved.size_bytes, sha256=saved.sha256
        ),
    )
    _prune(house)
    return saved


def folder_of(house: House) -> Path:
    """Return where these files are kept."""
    return house.home / "backups" / "configuration"


def list_saved(house: House) -> list[Path]:
    """Return the files, newest first."""
    return sorted(folder_of(house).glob("configuration_*.json"), reverse=True)


def read_saved(path: Path) -> Document:
    """Return what stands in such a file.

    Raises:
        BackupDamaged: It is not what was written.
    """
    return _parsed(path, path.read_bytes())


def _document(house: House) -> Document:
    values = list_configurations(house)
    named = {value.key: value.value for value in values}
    clean = cast("dict[str, Json]", without_secrets(named))  # the same names
    document = Document(
        version=VERSION,
        taken_at=now(),
        taken_by=current().name,
        settings=list_settings(house),
        values=[replace(v, value=clean[v.key]) for v in values],
        config_json=_config_json(house),
    )
    return replace(document, seal=_seal(document))


def _config_json(house: House) -> dict[str, str]:
    """Return the file's texts; none of one that no start could read."""
    try:
        texts = config_json(Path(house.settings[CONFIG_DIR]) / "config.json")
    except Invalid:
        return {}
    clean = cast("dict[str, str]", without_secrets(texts))  # texts stay texts
    for setting in house.settings.declared:
        for key in {setting.name, *setting.variables} & set(texts):
            clean[key] = setting.show(texts[key])
    return clean


def _seal(document: Document) -> str:
    values = asdict(document) | {"seal": ""}
    return hashlib.sha256(msgspec.json.encode(values, order="sorted")).hexdigest()


def _parsed(path: Path, text: bytes) -> Document:
    try:
        document = msgspec.json.decode(text, type=Document)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BackupDamaged(f"{path} cannot be read: {error}") from None
    if document.seal != _seal(document):
        raise BackupDamaged(f"{path} is not what was written")
    return document


def _refuse_secrets(house: House, text: bytes) -> None:
    for name, secret in _secrets(house):
        if len(secret) >= TELLING_CHARACTERS and secret.encode() in text:
            raise BackupBroke(
                f"the file would hold the value of {name}, which is a secret",
                hint="it also stands where it is not one: in a value or a description",
            )


def _secrets(house: House) -> Iterator[tuple[str, str]]:
    for setting in house.settings.declared:
        value = str(house.settings[setting])  # type: ignore[misc]  # of any type
        if setting.secret and setting.show(value) != value:
            yield setting.variable, value
    for row in list_configurations(house):
        if row.is_encrypted and row.has_value:
            with suppress(EntrepotError):  # of another key: nobody can read it
                yield row.key, str(get_value(house, row.key))


def _prune(house: House) -> None:
    kept = house.settings[knobs.CONFIGURATIONS_KEPT]
    for path in list_saved(house)[kept:] if kept else []:
        path.unlink(missing_ok=True)
