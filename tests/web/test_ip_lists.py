"""Who may reach this server at all."""

from __future__ import annotations

import pytest

from entrepot.app import create_app
from entrepot.base.errors import Invalid
from entrepot.composition import build_house


@pytest.fixture
def knock(environ):
    """A function that asks for health from an address, under these lists."""
    houses = []

    def knock_once(address, **variables):
        house = build_house({**environ, **variables})
        houses.append(house)
        client = create_app(house).test_client()
        return client.get("/health", environ_overrides={"REMOTE_ADDR": address})

    yield knock_once
    for house in houses:
        house.close()


@pytest.mark.parametrize(
    ("address", "allowed", "denied", "status"),
    [
        ("192.0.2.7", "", "", 200),
        ("192.0.2.7", "192.0.2.0/24", "", 200),
        ("192.0.2.7", "192.0.2.7 10.0.0.0/8", "", 200),
        ("192.0.3.7", "192.0.2.0/24", "", 403),
        ("2001:db8::7", "2001:db8::/32, 192.0.2.7", "", 200),
        ("::ffff:192.0.2.7", "192.0.2.7", "", 200),
        ("192.0.2.7", "", "192.0.2.7", 403),
        ("::ffff:192.0.2.7", "", "192.0.2.7", 403),
        ("192.0.2.8", "", "192.0.2.7", 200),
        ("192.0.2.7", "192.0.2.0/24", "192.0.2.7", 403),
        ("127.0.0.1", "192.0.2.0/24", "", 200),
        ("::1", "192.0.2.0/24", "", 200),
        ("127.0.0.1", "", "127.0.0.0/8", 403),
        ("", "192.0.2.0/24", "", 403),
        ("nonsense", "192.0.2.0/24", "", 403),
    ],
)
def test_lists_say_who_may_come(knock, address, allowed, denied, status):
    """Denied beats allowed; this machine is let in unless it is denied by name."""
    answer = knock(address, ALLOWED_IPS=allowed, BLOCKED_IPS=denied)

    assert answer.status_code == status
    if status == 403:
        assert answer.content_type == "application/problem+json"
        assert answer.json["code"] == "denied"


def test_it_is_asked_before_anything_else(knock):
    """Who is denied learns nothing, not even that the host was wrong."""
    answer = knock("192.0.2.7", IP_DENY_LIST="192.0.2.7")

    assert answer.json["detail"] == "this server does not answer to 192.0.2.7"


@pytest.mark.parametrize("variable", ["ALLOWED_IPS", "BLOCKED_IPS"])
def test_what_is_no_network_stops_the_start(environ, variable):
    """A list that is half read would let the wrong people in."""
    with pytest.raises(Invalid, match=f"{variable}: 'intranet' is no address"):
        build_house({**environ, variable: "10.0.0.0/8, intranet"})
