"""`/api/connections`: the verbs over HTTP, with the statuses that are promised."""

import socket
import time

import pytest

from entrepot.app import create_app
from entrepot.connections import DIALECTS
from entrepot.web.guard import Identity


@pytest.fixture
def send(client):
    """Send a JSON body and give the answer."""
    return lambda path, **body: client.post(f"/api/connections{path}", json=body)


def test_a_connection_comes_and_goes(client, send, folder):
    """Registered, listed, shown, tested, removed; gone."""
    added = send("", name="shop", url="sqlite:///shop.db", description="Lamps")
    shown = client.get("/api/connections/shop")
    listed = client.get("/api/connections")
    tested = client.post("/api/connections/shop/test")
    removed = client.delete("/api/connections/shop")

    assert [a.status_code for a in (added, shown, listed, tested, removed)] == [
        201,
        200,
        200,
        200,
        200,
    ]
    assert listed.json == {"success": True, "data": [shown.json["data"]]}
    assert added.json["data"] == shown.json["data"] == removed.json["data"]
    assert shown.json["data"] | {"created_at": ""} == {
        "name": "shop",
        "dialect": "sqlite",
        "shown_url": f"sqlite:///{folder}/shop.db",
        "description": "Lamps",
        "origin": "stored",
        "allow_unsafe_role": False,
        "created_at": "",
        "created_by": "local",
    }
    assert tested.json["data"]["server"].startswith("SQLite ")
    assert client.get("/api/connections/shop").status_code == 404


def test_the_kinds_are_listed_with_examples(client):
    """One line for each dialect there is, with a URL as people write it."""
    answer = client.get("/api/connections/dialects")

    assert [line["name"] for line in answer.json["data"]] == DIALECTS.names()
    assert all(line["summary"] and line["example"] for line in answer.json["data"])


def test_a_url_is_tried_without_being_kept(client, send):
    """What the page's button does."""
    answer = send("/test", url="shop.db")

    assert (answer.status_code, answer.json["data"]["warnings"]) == (200, [])
    assert client.get("/api/connections").json["data"] == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "a"}, 400, "invalid"),
        ({"name": "a b", "url": "shop.db"}, 400, "invalid"),
        ({"name": "a", "url": "nosql://h"}, 400, "unknown-name"),
        ({"name": "a", "url": "sqlite:////etc/passwd"}, 403, "outside-roots"),
        ({"name": "shop", "url": "shop.db"}, 409, "name-taken"),
        ({"name": "a", "url": "shop.db", "description": "\0"}, 400, "invalid"),
        ({"name": "a", "url": "postgres://u:hunter2@127.0.0.1:1/x"}, 503, None),
    ],
)
def test_what_is_wrong_has_its_status(client, send, body, status, code):
    """Nothing is kept, and a password in the URL is not sent back."""
    send("", name="shop", url="shop.db")
    answer = send("", **body)

    assert answer.status_code == status
    assert code in (None, answer.json["code"])
    assert b"hunter2" not in answer.data
    assert [c["name"] for c in client.get("/api/connections").json["data"]] == ["shop"]


def test_a_host_that_does_not_answer_is_given_up_in_time(build):
    """A server that accepts and says nothing costs the time it is given."""
    client = create_app(
        build(ENTREPOT_CONNECTIONS_CONNECT_SECONDS="2"), is_open=True
    ).test_client()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://u:hunter2@127.0.0.1:{silent.getsockname()[1]}/x"
        began = time.monotonic()
        answer = client.post("/api/connections/test", json={"url": url})
        took = time.monotonic() - began

    assert answer.status_code in (503, 504)
    assert answer.json["hint"]
    assert 1 < took < 30


def test_a_given_connection_is_not_removed(build):
    """409, naming the setting."""
    client = create_app(
        build(ENTREPOT_CONNECTIONS="shop=shop.db"), is_open=True
    ).test_client()

    answer = client.delete("/api/connections/shop")

    assert (answer.status_code, answer.json["code"]) == (409, "given-by-setting")
    assert "ENTREPOT_CONNECTIONS" in answer.json["detail"]


def test_only_admins_register(house):
    """A viewer sees the list and changes nothing."""
    viewer = Identity(name="vi", role="viewer")
    client = create_app(house, identify=lambda request: viewer).test_client()
    writes = [
        client.post("/api/connections", json={"name": "a", "url": "shop.db"}),
        client.post("/api/connections/test", json={"url": "shop.db"}),
        client.post("/api/connections/a/test"),
        client.delete("/api/connections/a"),
    ]

    assert [answer.status_code for answer in writes] == [403] * 4
    assert client.get("/api/connections").status_code == 200
