"""Settings kept in the database: one layer, between config.json and the default."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from entrepot.app import create_app
from entrepot.base import ground_settings as ground
from entrepot.base.errors import InvalidValue
from entrepot.base.kept_layer import may_be_kept
from entrepot.composition import build_house, configured, declared_settings
from entrepot.operations import (
    Change,
    list_configurations,
    list_settings,
    remove_configuration,
    set_configuration,
)
from entrepot.web import settings as web

DOWNLOADS = "ENTREPOT_DOWNLOADS_COUNT"


def keep(house, key, value):
    """Keep a setting's value."""
    return set_configuration(house, key, Change(value=value))


def insert(house, key, value, **more):
    """Put a row into the table, past all checks."""
    row = {"key": key, "value": value, **more}
    with house.store.session() as session:
        session.execute(
            text(
                f"INSERT INTO configurations ({', '.join(row)}) "
                f"VALUES ({', '.join(':' + name for name in row)})"
            ),
            row,
        )


def line(house, variable):
    """Return what the overview says of one setting."""
    return next(s for s in list_settings(house) if s.variable == variable)


@pytest.mark.parametrize("key", ["downloads_count", DOWNLOADS, DOWNLOADS.lower()])
def test_a_kept_value_holds_from_the_next_start(both, key):
    """Under any name of the setting, also where plain SQL wrote it."""
    insert(both, key, "3")

    assert both.settings[web.DOWNLOADS] == 8
    again = configured(both)
    assert again.settings[web.DOWNLOADS] == 3
    assert again.settings.layer(web.DOWNLOADS) == f"configurations ({key})"
    assert again.settings.skipped == ()


def test_one_row_stands_for_all_names_of_a_setting(both):
    """A second spelling changes the row that is there."""
    keep(both, DOWNLOADS, "3")
    keep(both, "downloads_count", 4)

    found = [c for c in list_configurations(both) if c.setting == DOWNLOADS]
    assert [(c.key, c.value, c.takes_effect) for c in found] == [
        ("downloads_count", 4, "at the next start")
    ]


def test_every_other_layer_is_above(surroundings, tmp_path):
    """Environment and config.json win; without them the row does."""
    folder = tmp_path / "config"
    folder.mkdir()
    house = build_house(surroundings)
    keep(house, DOWNLOADS, 3)
    given = build_house(surroundings | {DOWNLOADS: "5"})
    (folder / "config.json").write_text(json.dumps({"downloads_count": 6}))
    filed = build_house(surroundings)

    assert configured(house).settings[web.DOWNLOADS] == 3
    assert configured(given).settings[web.DOWNLOADS] == 5
    assert configured(filed).settings[web.DOWNLOADS] == 6
    assert line(configured(filed), DOWNLOADS).is_overruled
    for one in (house, given, filed):
        one.close()


def test_the_application_runs_with_it(both):
    """A request larger than the kept limit is too much."""
    keep(both, "MAX_CONTENT_LENGTH", 50)
    client = create_app(both, is_open=True).test_client()

    assert client.put("/api/configurations/a", data=b"x" * 51).status_code == 413
    assert client.put("/api/configurations/a", data=b"x" * 49).status_code == 400


EARLY = (
    "DATABASE_URL",
    "DB_POOL_SIZE",
    "SECRET_KEY",
    "ENTREPOT_HOME",
    "CONFIG_DIR",
    "FLASK_ENV",
    "HOST",
    "PORT",
    "ENTREPOT_AUTH",
    "ENTREPOT_TLS_CERT_FILE",
    "ENTREPOT_TLS_KEY_FILE",
)


@pytest.mark.parametrize("variable", EARLY)
def test_what_is_read_before_the_database_cannot_be_kept(both, variable):
    """Not by us, and a row that is there all the same is skipped and told."""
    with pytest.raises(InvalidValue, match=f"{variable} is read before"):
        keep(both, variable, "5")
    insert(both, variable, "5")

    again = configured(both)
    assert [skipped.key for skipped in again.settings.skipped] == [variable]
    assert not line(again, variable).may_be_kept
    assert line(again, variable).problem.startswith(f"{variable} is read before")


GUARDS = (
    "CORS_ORIGINS",
    "ENTREPOT_ALLOWED_HOSTS",
    "ENTREPOT_CONNECTIONS_ROOTS",
    "JWT_SECRET_KEY",
    "TRUSTED_PROXIES",
)


@pytest.mark.parametrize("variable", GUARDS)
def test_a_row_opens_no_door_and_no_folder(both, variable):
    """Who signs in as an admin is not who starts the server."""
    with pytest.raises(InvalidValue, match=f"{variable} "):
        keep(both, variable, "*")
    insert(both, variable, "*")

    again = configured(both)
    assert [skipped.key for skipped in again.settings.skipped] == [variable]
    assert not line(again, variable).may_be_kept


def test_a_row_of_origins_does_not_keep_an_open_server_from_starting(both):
    """`*` is refused where the person at this machine is known by that alone."""
    insert(both, "CORS_ORIGINS", "*")
    app = create_app(both, is_open=True)

    assert app.test_client().get("/health").status_code == 200


def test_nothing_that_reaches_the_database_may_be_kept():
    """Whatever such settings there will be."""
    begin = ("DB_", "DATABASE_", "MIGRATION_")
    reaching = [s for s in declared_settings() if s.variable.startswith(begin)]

    assert len(reaching) > 5
    assert not any(map(may_be_kept, (*reaching, *ground.SETTINGS)))


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        (DOWNLOADS, "many", f"{DOWNLOADS} must be a whole number, not 'many'"),
        (DOWNLOADS, "0", f"{DOWNLOADS} must be at least 1, not '0'"),
        ("ENTREPOT_DOWNLOAD_COUNT", "3", "there is no such setting"),
        (
            "connections_connect_seconds",
            "9",
            "ENTREPOT_CONNECTIONS_CONNECT_SECONDS must be above 0 and at most 5, not 9",
        ),
        (
            "ENTREPOT_CONNECTIONS",
            "hunter2",
            "the value of ENTREPOT_CONNECTIONS is wrong",
        ),
    ],
)
def test_a_row_that_cannot_hold_stops_nothing(both, key, value, reason):
    """It is skipped and told; the application starts, with the other rows."""
    insert(both, key, value)
    insert(both, "connections_pool_count", "3")

    again = configured(both)
    assert [(s.key, s.reason) for s in again.settings.skipped] == [(key, reason)]
    assert line(again, "ENTREPOT_CONNECTIONS_POOL_COUNT").value == "3"
    page = create_app(both, is_open=True).test_client().get("/settings")
    assert page.status_code == 200
    assert b"hunter2" not in page.data


def test_what_cannot_hold_is_not_kept(both):
    """The room's own check is asked too."""
    keep(both, "ENTREPOT_CONNECTIONS_CONNECT_SECONDS", "4.5")
    for wrong in ("9", "soon", "", None):
        with pytest.raises(InvalidValue):
            keep(both, "ENTREPOT_CONNECTIONS_CONNECT_SECONDS", wrong)

    assert line(both, "ENTREPOT_CONNECTIONS_CONNECT_SECONDS").kept == "4.5"


def test_a_setting_may_have_a_pattern_of_its_own(both):
    """From its first value on."""
    narrow = Change(value=5, validation_regex="[5-7]")
    with pytest.raises(InvalidValue, match="does not match"):
        set_configuration(both, DOWNLOADS, Change(value=4, validation_regex="[5-7]"))
    assert set_configuration(both, DOWNLOADS, narrow).validation_regex == "[5-7]"
    with pytest.raises(InvalidValue, match="does not match"):
        keep(both, DOWNLOADS, 8)

    assert line(both, DOWNLOADS).kept == "5"


def test_two_rows_for_one_setting_are_told(both):
    """The name wins over the variable."""
    insert(both, DOWNLOADS, "3")
    insert(both, "downloads_count", "4")

    again = configured(both)
    assert again.settings[web.DOWNLOADS] == 4
    assert [s.reason for s in again.settings.skipped] == [
        f"another row gives {DOWNLOADS}"
    ]


def test_a_secret_setting_is_kept_encrypted(both, tmp_path):
    """Whether or not that was asked for; it holds, and is shown nowhere."""
    (tmp_path / "files").mkdir()
    keep(both, "ENTREPOT_CONNECTIONS", "far=postgresql://u:hunter2@127.0.0.1:1/d")

    with both.store.read_session() as session:
        kept = session.scalar(
            text("SELECT value FROM configurations WHERE key = 'connections_given'")
        )
    again = configured(both)
    shown = line(again, "ENTREPOT_CONNECTIONS")
    assert "hunter2" not in kept + repr(list_settings(again))
    assert (shown.layer, shown.kept) == ("configurations (connections_given)", "***")
    listed = (
        create_app(both, is_open=True)
        .test_client()
        .get("/api/connections")
        .json["data"]
    )
    assert [(c["name"], c["origin"]) for c in listed] == [("far", "setting")]


def test_a_value_of_another_key_is_skipped(both):
    """The start goes on; the reason is told, not the bytes."""
    insert(both, "connections_given", "AAAA", is_encrypted=True)

    again = configured(both)
    assert [s.key for s in again.settings.skipped] == ["connections_given"]
    assert "another key" in again.settings.skipped[0].reason


def test_the_overview_tells_what_waits_for_the_next_start(both):
    """A new value, and a removed one."""
    assert not line(both, DOWNLOADS).is_pending
    keep(both, DOWNLOADS, 3)
    assert (line(both, DOWNLOADS).value, line(both, DOWNLOADS).kept) == ("8", "3")
    assert line(both, DOWNLOADS).is_pending

    again = configured(both)
    assert not line(again, DOWNLOADS).is_pending
    remove_configuration(again, DOWNLOADS)
    assert line(again, DOWNLOADS).is_pending
    assert configured(both).settings[web.DOWNLOADS] == 8
