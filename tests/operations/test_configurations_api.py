"""`/api/configurations` and `/api/settings`, as their documents and pages promise."""

from __future__ import annotations

import pytest

from entrepot.app import create_app
from entrepot.web.guard import Identity


def test_a_value_comes_and_goes(client):
    """Made, shown, changed, removed; gone."""
    made = client.put(
        "/api/configurations/feeds.url",
        json={"value": "ftp://h/x", "data_type": "string", "category": "feeds"},
    )
    shown = client.get("/api/configurations/feeds.url")
    changed = client.put("/api/configurations/feeds.url", json={"value": "ftp://h/y"})
    listed = client.get("/api/configurations?category=feeds")
    removed = client.delete("/api/configurations/feeds.url")

    answers = (made, shown, changed, listed, removed)
    assert [answer.status_code for answer in answers] == [200] * 5
    assert shown.json["data"] | {"updated_at": ""} == {
        "key": "feeds.url",
        "value": "ftp://h/x",
        "has_value": True,
        "data_type": "string",
        "description": "",
        "category": "feeds",
        "is_required": False,
        "is_encrypted": False,
        "validation_regex": "",
        "setting": "",
        "takes_effect": "at once",
        "problem": "",
        "updated_at": "",
    }
    assert [line["value"] for line in listed.json["data"]] == ["ftp://h/y"]
    assert client.get("/api/configurations/feeds.url").status_code == 404


def test_values_are_typed_in_json(client):
    """Numbers are numbers."""
    data = client.get("/api/configurations").json["data"]
    found = {line["key"]: line["value"] for line in data}

    assert found["sync.auto_sync_enabled"] is False
    assert (found["sync.batch_size"], found["shopify.rate_limit_delay"]) == (100, 0.5)


@pytest.mark.parametrize(
    ("key", "body", "status", "told"),
    [
        ("sync.batch_size", {"value": "many"}, 400, "a whole number, not 'many'"),
        ("sync.batch_size", {"value": 0}, 400, "does not match the pattern"),
        ("sync.batch_size", {}, 400, "value"),
        ("sync.batch_size", {"value": 1, "data_type": "float"}, 409, "as integer"),
        ("a.b", {"value": 1}, 400, "nothing is kept as 'a.b'"),
        ("a b", {"value": "x", "data_type": "string"}, 400, "begins with a letter"),
        ("PORT", {"value": 5001}, 400, "read before our own database"),
        ("ENTREPOT_DOWNLOADS_COUNT", {"value": 0}, 400, "at least 1"),
        ("logging.level", {"value": ""}, 400, "required"),
    ],
)
def test_what_is_wrong_is_told(client, key, body, status, told):
    """With its status; nothing changes."""
    before = client.get("/api/configurations").data
    answer = client.put(f"/api/configurations/{key}", json=body)

    assert answer.status_code == status
    assert told in answer.json["detail"]
    assert client.get("/api/configurations").data == before


def test_every_setting_is_listed_with_its_layer(client, house):
    """One line for each that is declared; secrets are masked."""
    client.put("/api/configurations/ENTREPOT_DOWNLOADS_COUNT", json={"value": 3})
    data = client.get("/api/settings").json["data"]
    found = {line["variable"]: line for line in data}

    assert list(found) == [setting.variable for setting in house.settings.declared]
    assert found["ENTREPOT_HOME"]["layer"] == "environment (ENTREPOT_HOME)"
    assert found["ENTREPOT_DOWNLOADS_COUNT"] == {
        "variable": "ENTREPOT_DOWNLOADS_COUNT",
        "name": "downloads_count",
        "aliases": [],
        "value": "8",
        "layer": "default",
        "default": "8",
        "help": "Downloads a process makes and sends at once; half of its threads.",
        "choices": [],
        "is_secret": False,
        "may_be_kept": True,
        "kept": "3",
        "is_overruled": False,
        "is_pending": True,
        "problem": "",
    }


def test_only_admins_look_and_change(house):
    """An analyst sees neither the values nor the page."""
    analyst = Identity(name="an", role="analyst")
    client = create_app(house, identify=lambda request: analyst).test_client()
    path = "/api/configurations/sync.batch_size"
    answers = [
        client.get("/api/configurations"),
        client.get("/api/settings"),
        client.get(path),
        client.put(path, json={"value": 1}),
        client.delete(path),
        client.get("/settings"),
        client.post("/settings/sync.batch_size", data={"value": "1"}),
    ]

    assert {answer.status_code for answer in answers} == {403}


def test_the_page_changes_a_value(client):
    """With a form, and back to the line; a setting waits for the next start."""
    form = client.get("/settings?change=ENTREPOT_DOWNLOADS_COUNT").text
    sent = client.post("/settings/ENTREPOT_DOWNLOADS_COUNT", data={"value": "3"})
    page = client.get(sent.headers["Location"]).text

    assert 'action="/settings/ENTREPOT_DOWNLOADS_COUNT' in form
    assert sent.status_code == 303
    assert "ENTREPOT_DOWNLOADS_COUNT is changed." in page
    assert "1 change waits for the next start" in page
    client.post("/settings/ENTREPOT_DOWNLOADS_COUNT", data={"action": "remove"})
    assert "for the next start</span>" not in client.get("/settings").text


def test_the_page_says_what_is_wrong_beside_the_field(client):
    """And keeps what was written, but for secrets."""
    answer = client.post("/settings/icons.default_color", data={"value": "gre<en"})
    secret = client.post("/settings/ENTREPOT_CONNECTIONS", data={"value": "hunter2"})

    assert (answer.status_code, secret.status_code) == (400, 400)
    assert 'value="gre&lt;en"' in answer.text
    assert "does not match the pattern" in answer.text
    assert "the value of ENTREPOT_CONNECTIONS is wrong" in secret.text
    assert "hunter2" not in secret.text


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("q=pool", "DB_POOL_SIZE", "FLASK_ENV"),
        ("q=APP_PORT", "row-PORT", "FLASK_ENV"),
        ("q=sync.batch", "sync.batch_size", "icons.default_size"),
        ("only=set", "ENTREPOT_HOME", "FLASK_ENV"),
        ("q=nothing-like-it", "No setting is like that", "FLASK_ENV"),
    ],
)
def test_the_page_finds_settings(client, query, there, gone):
    """By name, alias and help; or those that are not the default."""
    page = client.get(f"/settings?{query}").text

    assert there in page
    assert gone not in page


def test_a_change_of_what_is_not_there_is_told(client):
    """A form that somebody made up."""
    answer = client.post("/settings/no.such", data={"action": "remove"})

    assert answer.status_code == 404
    assert "here is no configuration named" in answer.text
