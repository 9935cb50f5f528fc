"""The configuration as one dated file: whole, and without a secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from entrepot.composition import build_house
from entrepot.migrations import ensure
from entrepot.operations import (
    BackupBroke,
    BackupDamaged,
    Change,
    ConfigurationSaved,
    save_configuration,
    set_configuration,
)
from entrepot.operations.configurations.saved import list_saved, read_saved

TOKEN = "open-sesame-4f2a9c7e"


@pytest.fixture
def secretive(environ, tmp_path):
    """A house with secrets in its environment, its file, and its database."""
    folder = tmp_path / "config"
    folder.mkdir()
    texts = {"METRICS_TOKEN": TOKEN, "smtp_password": "hafen-und-kran", "theme": "dark"}
    (folder / "config.json").write_text(json.dumps(texts))
    two = {"ENTREPOT_OPERATIONS_CONFIGURATIONS_KEPT_COUNT": "2"}
    house = build_house(environ | two)
    ensure(house)
    yield house
    house.close()


def keep(house, key, value, **more):
    """Keep a text in the database."""
    change = Change(value=value, data_type="string", **more)
    set_configuration(house, key, change)


def test_the_configuration_is_one_file_without_secrets(secretive, heard):
    """Settings with their layers, kept values, and the texts of config.json."""
    keep(secretive, "harbour.mode", "fast")
    keep(secretive, "harbour.password", "pier-and-mole")
    keep(secretive, "harbour.sealed", "a-sealed-value", is_encrypted=True)

    saved = save_configuration(secretive)
    text = Path(saved.path).read_text()
    found = read_saved(Path(saved.path))

    assert {v.key: v.value for v in found.values if v.key.startswith("harbour.")} == {
        "harbour.mode": "fast",
        "harbour.password": "***",
        "harbour.sealed": None,
    }
    assert found.config_json == {
        "METRICS_TOKEN": "***",
        "smtp_password": "***",
        "theme": "dark",
    }
    [token] = [s for s in found.settings if s.variable == "METRICS_TOKEN"]
    assert (token.value, token.layer) == ("***", "config.json (METRICS_TOKEN)")
    for secret in (TOKEN, "hafen-und-kran", "pier-and-mole", "a-sealed-value"):
        assert secret not in text
    assert [e.sha256 for e in heard if isinstance(e, ConfigurationSaved)] == [
        saved.sha256
    ]


def test_a_secret_that_stands_elsewhere_too_keeps_the_file_from_being(secretive):
    """It is in a description, which nobody could know to hide."""
    save_configuration(secretive)
    keep(secretive, "harbour.mode", "fast", description=f"with {TOKEN}")

    with pytest.raises(BackupBroke, match="METRICS_TOKEN"):
        save_configuration(secretive)

    assert len(list_saved(secretive)) == 1


def test_the_newest_files_stay(secretive):
    """As many as the setting says."""
    made = [save_configuration(secretive).path for _ in range(3)]

    assert [str(path) for path in list_saved(secretive)] == made[:0:-1]


def test_a_changed_file_is_told(secretive):
    """One byte is enough."""
    path = Path(save_configuration(secretive).path)
    assert read_saved(path).version
    path.write_text(path.read_text().replace("dark", "dusk"))

    with pytest.raises(BackupDamaged, match="not what was written"):
        read_saved(path)
