"""`entrepot config explain`: every setting, its value, and where it came from."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from entrepot.cli import entrepot
from entrepot.composition import declared_settings


@pytest.fixture
def explain(environ, tmp_path, monkeypatch):
    """Run the command with these arguments and variables."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, **variables):
        command = ["config", "explain", *arguments]
        return CliRunner().invoke(entrepot, command, env={**environ, **variables})

    return run


def test_every_setting_is_explained(explain):
    """One line for each, with value and layer, sorted by name."""
    lines = explain(PORT="6001").stdout.splitlines()

    names = sorted(setting.variable for setting in declared_settings())
    assert [line.split()[0] for line in lines] == ["SETTING", *names]
    assert [line.split()[1:] for line in lines if line.startswith("PORT ")] == [
        ["6001", "environment", "(PORT)"]
    ]


def test_one_setting_is_explained_in_full(explain):
    """By any of its names; as JSON the same things."""
    told = json.loads(explain("app_port", "--json").stdout)

    assert told == {
        "name": "PORT",
        "value": "5000",
        "from": "default",
        "default": "5000",
        "help": "Port the server listens on.",
        "aliases": ["API_PORT", "APP_PORT"],
        "key": "port",
    }
    assert explain("PORT").stdout.splitlines()[:2] == ["name     PORT", "value    5000"]


def test_secrets_are_masked(explain):
    """Neither the key nor a password in an address is shown, in any form."""
    secrets = {
        "SECRET_KEY": "n0tT0BeF0undInAnyB00k-4f2a9c7e1d3b58",
        "DATABASE_URL": "postgresql://ada:hunter2@db/ours",
    }

    table, document = explain(**secrets), explain("--json", **secrets)

    for shown in (table.output, document.output):
        assert "hunter2" not in shown
        assert "n0tT0Be" not in shown
        assert "postgresql://ada:***@db/ours" in shown


def test_it_works_where_a_value_is_bad(explain):
    """All is shown, each fault is one line with its source, and the code is 2."""
    ended = explain(PORT="many", ENTREPOT_HMOE="x", DB_POOL_SIZE="0")

    assert ended.exit_code == 2
    assert ended.stderr.splitlines() == [
        "No such name: there is no setting named 'ENTREPOT_HMOE'",
        "did you mean 'ENTREPOT_HOME'?",
        "The request is not valid: DB_POOL_SIZE must be at least 1, not '0'",
        "it comes from environment (DB_POOL_SIZE)",
        "The request is not valid: PORT must be a whole number, not 'many'",
        "it comes from environment (PORT)",
    ]
    assert "default, another value is wrong" in ended.stdout


def test_aliases_that_disagree_are_told(explain):
    """The warning names both, and is no fault."""
    ended = explain("PORT", PORT="6001", API_PORT="6002")

    assert ended.exit_code == 0
    assert ended.stderr == "Warning: PORT and API_PORT disagree; PORT holds\n"


def test_an_unknown_name_names_the_nearest(explain):
    """Whoever mistypes a setting learns its name."""
    ended = explain("SECRET_KY")

    assert "did you mean 'SECRET_KEY'?" in str(ended.exception.hint)
