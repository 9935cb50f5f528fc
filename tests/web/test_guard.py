"""Who may come in: names of this server, origins, proxies, addresses."""

from __future__ import annotations

import pytest

from entrepot.app import create_app
from entrepot.composition import build_house

ADDRESS = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture(params=[True, False], ids=["open", "required"])
def client(request, environ):
    """A client of a house that also answers to `data.example`, with one open door."""
    house = build_house(environ | {"ENTREPOT_ALLOWED_HOSTS": " Data.example, "})
    app = create_app(house, is_open=request.param)
    app.add_url_rule("/api/door", view_func=lambda: "in", methods=["GET", "POST"])
    yield app.test_client()
    house.close()


def knock(client, method="GET", host="localhost", **headers):
    """Send a request with exactly these headers; `_` stands for `-`."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if host is not None:
        sent["Host"] = host
    base = f"http://{host or 'localhost'}"
    environ = {**ADDRESS} if host is not None else {**ADDRESS, "HTTP_HOST": ""}
    return client.open(
        "/api/door",
        method=method,
        base_url=base,
        headers=sent,
        environ_overrides=environ,
    )


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:5000",
        "LocalHost:5000",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.8.9.10:5000",
        "[::1]",
        "[::1]:5000",
        "data.example",
        "DATA.example:8443",
    ],
)
def test_a_name_of_ours_is_answered(client, host):
    """Loopback in every spelling and the allowed names pass, with any port."""
    assert knock(client, host=host).data == b"in"


@pytest.mark.parametrize(
    "host",
    [
        None,
        "evil.example",
        "evil.example:5000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.168.0.1",
        "[2001:db8::1]:5000",
        "0.0.0.0",
    ],
)
def test_a_foreign_name_is_refused(client, host):
    """A page whose name was rebound to this machine gets nothing."""
    assert knock(client).status_code == 200

    answer = knock(client, host=host)

    assert (answer.status_code, answer.json["code"]) == (403, "denied")
    assert answer.json["hint"] == "add the name to ENTREPOT_ALLOWED_HOSTS"


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("localhost:5000", "http://localhost:5000", 200),
        ("localhost:5000", "HTTP://LOCALHOST:5000", 200),
        ("[::1]:5000", "http://[::1]:5000", 200),
        ("localhost:5000", "http://localhost:5001", 403),
        ("localhost:5000", "http://localhost", 403),
        ("localhost:5000", "http://127.0.0.1:5000", 403),
        ("localhost:5000", "https://evil.example", 403),
        ("localhost:5000", "null", 403),
        ("localhost:5000", "", 403),
    ],
)
def test_only_our_own_pages_may_write(client, host, origin, status):
    """A write from another origin is refused; reading is the browser's to forbid."""
    assert knock(client, host=host, Origin=origin).status_code == 200

    assert knock(client, "POST", host=host, Origin=origin).status_code == status


def test_a_program_may_write(client):
    """Who sends no Origin is no page."""
    assert knock(client, "POST").status_code == 200


@pytest.mark.parametrize(
    ("site", "status"),
    [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)],
)
def test_a_page_of_somebody_else_may_not_write_without_an_origin(client, site, status):
    """A browser that keeps the origin back still says that the page is not ours."""
    assert knock(client, Sec_Fetch_Site=site).status_code == 200

    assert knock(client, "POST", Sec_Fetch_Site=site).status_code == status


PROXIES = pytest.mark.parametrize(
    "header",
    [
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Port",
        "X-Real-IP",
        "Via",
    ],
)


@PROXIES
@pytest.mark.parametrize("client", [True], indirect=True)
def test_an_open_server_stands_behind_no_proxy(client, header):
    """Behind a proxy everybody would look like the person at this machine."""
    answer = knock(client, **{header: "1"})

    assert (answer.status_code, answer.json["code"]) == (400, "invalid")
    assert answer.json["detail"].lower().startswith(f"the header {header}".lower())


@PROXIES
@pytest.mark.parametrize("client", [False], indirect=True)
def test_behind_a_proxy_on_this_host_nobody_is_local(client, header):
    """Where people sign in a proxy may stand before us; it makes nobody known."""
    assert knock(client, **{header: "127.0.0.1"}).data == b"in"

    answer = client.get("/jump.json", headers={header: "127.0.0.1"})

    assert answer.status_code == 401


@pytest.mark.parametrize("client", [False], indirect=True)
def test_a_foreign_name_is_refused_before_anybody_is_asked(client):
    """Whoever shows a wrong token under a foreign name learns of the name alone."""
    shown = {"Authorization": "Bearer x.y.z"}
    assert client.get("/jump.json", headers=shown).status_code == 401

    answer = client.get("/jump.json", base_url="http://evil.example", headers=shown)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("127.0.0.1", 200),
        ("127.1.2.3", 200),
        ("::1", 200),
        ("192.168.0.7", 401),
        ("2001:db8::1", 401),
        ("", 401),
        ("unix:", 401),
    ],
)
def test_only_who_sits_at_this_machine_is_known(house, address, status):
    """A peer that is not loopback is nobody."""
    client = create_app(house, is_open=True).test_client()

    answer = client.get("/jump.json", environ_overrides={"REMOTE_ADDR": address})

    assert answer.status_code == status


def test_nobody_is_known_where_identity_is_required(environ):
    """With `required` the person at this machine is nobody, too."""
    house = build_house(environ)
    client = create_app(house).test_client()

    assert client.get("/jump.json").status_code == 401
    assert client.get("/health").status_code == 200
    house.close()
