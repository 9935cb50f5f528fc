"""`/api/hana`, and the connection that HANA_HOST gives."""

import pytest

from entrepot import connections
from entrepot.app import create_app
from entrepot.base.errors import Invalid
from entrepot.connections import DIALECTS, GivenBySetting, remove_connection
from entrepot.web.guard import Identity
from tests.connections.hanas import POINTS

HERE = "/api/hana/instances"
TEST = "/api/hana/test-connection"
SECRET = "s3cr3t-x"
GIVEN = {
    "HANA_HOST": "given.example",
    "HANA_USER": "P2P_DP_USER",
    "HANA_PASSWORD": SECRET,
}


@pytest.fixture(autouse=True)
def answering(tmp_path, monkeypatch):
    """The kind `hana` is that of the tests."""
    folder = tmp_path / "site" / "hanas-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Name: hanas\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(POINTS)
    with monkeypatch.context() as patch:
        patch.syspath_prepend(folder.parent)
        DIALECTS.look_again()
        yield
    DIALECTS.look_again()


@pytest.fixture
def add(client):
    """Add an instance by name and host."""

    def add(name, host="hana.example", **more):
        body = {"name": name, "host": host, "user": "READER", "password": SECRET}
        return client.post(HERE, json=body | more)

    return add


@pytest.fixture
def given(build):
    """The client of a house whose settings give a HANA."""
    return create_app(build(**GIVEN), is_open=True).test_client()


def test_an_instance_comes_and_goes(client, add):
    """Like any connection, and never with its password."""
    added = add("s4", schema="P2P_SCHEMA", description="Orders")
    listed = client.get(HERE)
    connection = client.get("/api/connections/s4").json["data"]
    removed = client.delete(f"{HERE}/s4")

    assert [a.status_code for a in (added, listed, removed)] == [201, 200, 200]
    assert listed.json["data"] == [added.json["data"]] == [removed.json["data"]]
    assert added.json["data"] | {"created_at": ""} == {
        "id": "s4",
        "name": "s4",
        "host": "hana.example",
        "port": 443,
        "user": "READER",
        "schema": "P2P_SCHEMA",
        "description": "Orders",
        "ssl": True,
        "is_default": True,
        "status": "unknown",
        "created_at": "",
    }
    shown = "hana://READER@hana.example:443?currentSchema=P2P_SCHEMA"
    assert connection["shown_url"] == shown
    assert SECRET not in added.text + listed.text + removed.text
    assert client.get(HERE).json["data"] == []


def test_only_hanas_are_instances(client, add, folder):
    """Another kind of database is neither listed nor removed here."""
    add("s4")
    other = {"name": "shop", "url": "sqlite:///shop.db"}
    client.post("/api/connections", json=other)
    removed = client.delete(f"{HERE}/shop")

    assert [one["id"] for one in client.get(HERE).json["data"]] == ["s4"]
    assert removed.status_code == 404
    assert client.get("/api/connections/shop").status_code == 200
    assert len(client.get("/api/sql/connections").json["data"]) == 2


def test_the_first_is_the_default(client, add):
    """By time, not by name."""
    add("b")
    add("a")

    found = [(one["id"], one["is_default"]) for one in client.get(HERE).json["data"]]
    assert found == [("a", False), ("b", True)]


def test_the_status_is_known_when_asked_for(client, add):
    """One that does not answer is an error, and the others are told all the same."""
    add("away", "away.example", test=False)
    add("here")
    asked = client.get(f"{HERE}?refresh=true").json["data"]

    assert [(one["id"], one["status"]) for one in asked] == [
        ("away", "error"),
        ("here", "connected"),
    ]


def test_an_instance_is_tested_by_name_or_by_default(client, add):
    """With the version and how long it took."""
    add("s4")
    named = client.post(TEST, json={"instance_id": "s4"})
    default = client.post(TEST)

    assert named.json == default.json
    assert named.json == {
        "success": True,
        "message": "hana.example answers",
        "data": {
            "host": "hana.example",
            "user": "READER",
            "version": "SAP HANA 4.00",
            "response_ms": 38.0,
            "warnings": [],
        },
    }


def test_a_hana_is_tried_without_being_kept(client):
    """By host, user and password."""
    body = {"host": "hana.example", "user": "u", "password": SECRET}
    answer = client.post(TEST, json=body)

    assert (answer.status_code, answer.json["data"]["user"]) == (200, "u")
    assert client.get(HERE).json["data"] == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 503, "NOT_CONFIGURED"),
        ({"instance_id": "nope"}, 404, "NOT_FOUND"),
        ({"host": "away.example"}, 503, "CONNECTION_FAILED"),
        ({"host": "locked.example"}, 502, "AUTH_FAILED"),
        ({"host": "over.example"}, 502, "CONNECTION_FAILED"),
        ({"host": "a b"}, 400, "INVALID_INPUT"),
        ({"host": "hana.example", "instance_id": "s4"}, 400, "INVALID_INPUT"),
        ({"user": "u"}, 400, "INVALID_INPUT"),
        ({"host": "hana.example", "port": 0}, 400, None),
    ],
)
def test_a_test_that_fails_says_how(client, body, status, code):
    """With a code, and without the password."""
    if "host" in body:
        body = {"user": "u", "password": SECRET} | body
    answer = client.post(TEST, json=body)

    assert (answer.status_code, answer.json.get("error_code")) == (status, code)
    assert SECRET not in answer.text
    assert answer.content_type == "application/problem+json"


def test_an_instance_that_is_not_there_is_not_found(client, add):
    """Where there is another; it is named."""
    add("s4")
    answer = client.post(TEST, json={"instance_id": "nope"})

    assert (answer.status_code, answer.json["error_code"]) == (404, "NOT_FOUND")
    assert answer.json["known"] == ["s4"]


def test_only_admins_add_remove_and_test(house):
    """A viewer sees the list."""
    viewer = Identity(name="vi", role="viewer")
    client = create_app(house, identify=lambda request: viewer).test_client()
    body = {"name": "s4", "host": "h.example", "user": "u", "password": SECRET}
    refused = [
        client.post(HERE, json=body),
        client.delete(f"{HERE}/s4"),
        client.post(TEST, json={"instance_id": "s4"}),
        client.get(f"{HERE}?refresh=true"),
    ]

    assert [answer.status_code for answer in refused] == [403] * 4
    assert client.get(HERE).status_code == 200


def test_settings_give_the_default_instance(given):
    """As the connection `hana`; the password is in no answer."""
    listed = given.get(HERE)
    tested = given.post(TEST)

    assert [(one["id"], one["host"], one["port"]) for one in listed.json["data"]] == [
        ("hana", "given.example", 443)
    ]
    assert listed.json["data"][0]["is_default"] is True
    assert tested.json["data"]["user"] == "P2P_DP_USER"
    assert SECRET not in listed.text + given.get("/api/connections").text


def test_every_part_of_the_address_can_be_set(build):
    """Port, schema, certificate and size of the pool."""
    house = build(
        **GIVEN,
        HANA_PORT="30015",
        HANA_SCHEMA="P2P_SCHEMA",
        HANA_SSL_VALIDATE="false",
        HANA_POOL_SIZE="3",
        HANA_QUERY_TIMEOUT="7",
    )
    target = connections.get_target(house, "hana")

    assert target.url == (
        f"hana://P2P_DP_USER:{SECRET}@given.example:30015"
        "?currentSchema=P2P_SCHEMA&sslValidateCertificate=false"
    )
    assert target.pool_count == 3
    assert connections.screen_seconds(house, "hana", 30.0) == 7.0
    assert connections.screen_seconds(house, "other", 30.0) == 30.0


def test_a_password_may_hold_any_sign(build):
    """It stands in a URL only encoded."""
    password = "p@ss:w/o%rd?#"
    house = build(**GIVEN | {"HANA_PASSWORD": password})
    entry = connections.get_target(house, "hana")

    assert password not in entry.url
    assert connections.list_connections(house)[0].shown_url == (
        "hana://P2P_DP_USER@given.example:443"
    )


def test_the_given_one_is_not_removed_here(build, given):
    """The error names the variable."""
    with pytest.raises(GivenBySetting) as caught:
        remove_connection(build(**GIVEN), "hana", by="ada")

    assert "HANA_HOST" in caught.value.detail
    assert given.delete(f"{HERE}/hana").status_code == 409


def test_without_a_host_there_is_none(build):
    """The other variables alone give nothing."""
    house = build(HANA_USER="u", HANA_PASSWORD=SECRET)

    assert connections.list_connections(house) == []


@pytest.mark.parametrize(
    ("settings", "detail"),
    [
        ({"HANA_USER": ""}, "HANA_HOST is set, and HANA_USER is not"),
        ({"HANA_PASSWORD": ""}, "HANA_HOST is set, and HANA_PASSWORD is not"),
        (
            {"HANA_HOST": "a b"},
            "HANA_HOST: the URL names no host that can be read",
        ),
        ({"HANA_PORT": "0"}, "HANA_PORT must be at least 1, not '0'"),
        (
            {"ENTREPOT_CONNECTIONS": "hana=sqlite:///shop.db"},
            "ENTREPOT_CONNECTIONS and HANA_HOST both give a connection 'hana'",
        ),
    ],
)
def test_a_wrong_setting_stops_the_start(build, settings, detail):
    """With one line that names the variable."""
    with pytest.raises(Invalid) as caught:
        build(**GIVEN | settings)

    assert caught.value.detail == detail
