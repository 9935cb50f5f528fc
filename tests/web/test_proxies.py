"""Which proxies are believed, and what of what they say."""

from __future__ import annotations

import pytest

from entrepot.app import create_app
from entrepot.base.errors import Invalid
from entrepot.composition import build_house

NEAR, FAR, EVIL = "10.0.0.1", "203.0.113.7", "6.6.6.6"


@pytest.fixture
def seen(environ):
    """A function that sends a request and gives what the application sees of it."""
    houses = []

    def send(trusted, peer=NEAR, **headers):
        told = {"TRUSTED_PROXIES": trusted, "ENTREPOT_AUTH": "required"}
        names = "data.example, data.example:8443"
        house = build_house({**environ, **told, "ENTREPOT_ALLOWED_HOSTS": names})
        houses.append(house)
        app = create_app(house)

        @app.get("/seen")
        def view():
            from flask import request

            return f"{request.remote_addr} {request.scheme}://{request.host}"

        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return app.test_client().get(
            "/seen", headers=sent, environ_overrides={"REMOTE_ADDR": peer}
        )

    yield send
    for house in houses:
        house.close()


@pytest.mark.parametrize(
    ("trusted", "peer", "named", "address"),
    [
        ("0", NEAR, FAR, NEAR),
        ("1", NEAR, FAR, FAR),
        ("1", NEAR, f"{EVIL}, {FAR}", FAR),
        ("2", NEAR, f"{EVIL}, {FAR}, 10.0.0.2", FAR),
        ("2", NEAR, FAR, NEAR),
        ("10.0.0.0/8", NEAR, FAR, FAR),
        ("10.0.0.0/8", NEAR, f"{EVIL}, {FAR}", FAR),
        ("10.0.0.0/8", NEAR, f"{EVIL}, {FAR}, 10.0.0.2", FAR),
        ("10.0.0.0/8", NEAR, "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.0/8", FAR, EVIL, FAR),
        ("10.0.0.1 ::1", "::1", "2001:db8::5", "2001:db8::5"),
        ("10.0.0.0/8", "::ffff:10.0.0.9", FAR, FAR),
        ("1", NEAR, "[2001:db8::5]:443", "2001:db8::5"),
        ("1", NEAR, f"{FAR}:5500", FAR),
        ("1", NEAR, "unknown", NEAR),
        ("1", NEAR, "", NEAR),
    ],
)
def test_the_address_is_the_last_that_no_trusted_proxy_has(
    seen, trusted, peer, named, address
):
    """What a client writes into the header by itself is never believed."""
    answer = seen(trusted, peer, X_Forwarded_For=named)

    assert answer.text == f"{address} http://localhost"


def test_scheme_and_host_come_from_the_same_proxy(seen):
    """Cookies, redirects and links are made for what the person typed."""
    headers = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "data.example:8443"}

    believed = seen("10.0.0.0/8", X_Forwarded_For=FAR, **headers)
    not_believed = seen("10.0.0.0/8", EVIL, X_Forwarded_For=FAR, **headers)

    assert believed.text == f"{FAR} https://data.example:8443"
    assert not_believed.text == f"{EVIL} http://localhost"


def test_a_scheme_that_the_client_put_before_is_not_believed(seen):
    """A proxy that adds on the right is believed on the right."""
    answer = seen("1", X_Forwarded_For=FAR, X_Forwarded_Proto="https, http")

    assert answer.text == f"{FAR} http://localhost"


def test_a_host_that_is_not_ours_is_refused_behind_a_proxy_too(seen):
    """The names this server answers to hold for what the proxy says."""
    answer = seen("1", X_Forwarded_For=FAR, X_Forwarded_Host="evil.example")

    assert answer.status_code == 403


def test_a_spoofed_header_does_not_evade_a_limit(environ):
    """A new address in each request is still the one caller."""
    few = {"RATE_LIMIT_PER_MINUTE": "2", "ENTREPOT_AUTH": "required"}
    house = build_house({**environ, **few})
    app = create_app(house)
    app.add_url_rule("/api/data/x", "x", lambda: "in")
    client = app.test_client()

    statuses = [
        client.get(
            "/api/data/x", headers={"X-Forwarded-For": f"192.0.2.{n}"}
        ).status_code
        for n in range(4)
    ]

    assert statuses == [200, 200, 429, 429]
    house.close()


@pytest.mark.parametrize("text", ["-1", "proxy.example", "10.0.0.0/99", "1.5"])
def test_what_is_no_proxy_stops_the_start(environ, text):
    """The message names the variable and the word."""
    with pytest.raises(Invalid, match=r"TRUSTED_PROXIES: .* is no address"):
        build_house({**environ, "TRUSTED_PROXIES": text})
