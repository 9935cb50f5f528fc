"""Pages of other origins: which may read, which may write."""

from __future__ import annotations

from contextlib import closing

import pytest

from entrepot.app import create_app
from entrepot.base.errors import Invalid
from entrepot.composition import build_house

APP = "https://app.example.com"


@pytest.fixture
def open_client(environ):
    """A function that opens a client under these origins."""
    houses = []

    def open_one(**variables):
        house = build_house({**environ, **variables})
        houses.append(house)
        app = create_app(house)
        app.add_url_rule("/api/door", "door", lambda: "in", methods=["GET", "POST"])
        return app.test_client()

    yield open_one
    for house in houses:
        house.close()


def allowed(answer):
    """Return what an answer says to the browser about origins and credentials."""
    headers = answer.headers
    names = ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials")
    return tuple(headers.get(name) for name in names)


def test_nothing_is_said_by_default(open_client):
    """In production no page of another origin reads or writes anything."""
    client = open_client()

    assert allowed(client.get("/api/door", headers={"Origin": APP})) == (None, None)
    assert client.post("/api/door", headers={"Origin": APP}).status_code == 403


@pytest.mark.parametrize("variable", ["CORS_ORIGINS", "ALLOWED_ORIGINS"])
def test_a_named_origin_may_read_and_write(open_client, variable):
    """Reads, writes and errors carry the origin; its browser may send cookies."""
    client = open_client(**{variable: f"https://other.example {APP}"})
    sent = {"Origin": APP}

    answers = [client.get("/api/door", headers=sent)]
    answers += [client.post("/api/door", headers=sent)]
    answers += [client.get("/api/nothing", headers=sent)]

    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert {allowed(answer) for answer in answers} == {(APP, "true")}
    assert "Origin" in answers[0].headers["Vary"]
    assert "Retry-After" in answers[0].headers["Access-Control-Expose-Headers"]


def test_a_browser_may_ask_beforehand(open_client):
    """The preflight names methods and headers; a stranger's names nothing."""
    client = open_client(CORS_ORIGINS=APP)
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }

    answer = client.options("/api/door", headers={"Origin": APP, **asked})
    stranger = client.options("/api/door", headers={"Origin": "https://x.y", **asked})

    assert allowed(answer) == (APP, "true")
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert allowed(stranger) == (None, None)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:3000", 200),
        ("http://localhost", 200),
        ("http://LOCALHOST:5173", 200),
        ("https://localhost:3000", 403),
        ("http://localhost.evil.example", 403),
        ("http://localhost:3000.evil.example", 403),
        ("http://localhost:", 403),
        ("http://localhost:3000/", 403),
        ("http://evil.example", 403),
        ("null", 403),
    ],
)
def test_development_allows_this_machine_on_any_port(open_client, origin, status):
    """A star is a port and nothing else; the guard and the headers agree."""
    client = open_client(FLASK_ENV="development")

    assert client.post("/api/door", headers={"Origin": origin}).status_code == status
    said = allowed(client.get("/api/door", headers={"Origin": origin}))[0]
    assert said == (origin if status == 200 else None)


def test_any_origin_never_comes_with_credentials(open_client):
    """A page of anywhere may read what is public, and write with a token of its own."""
    client = open_client(CORS_ORIGINS="*", ENTREPOT_AUTH="required")
    page = {"Origin": "https://anywhere.example"}

    assert allowed(client.get("/api/door", headers=page)) == ("*", None)
    assert client.post("/api/door", headers=page).status_code == 403
    token = {"Authorization": "Bearer x"}
    assert client.post("/api/door", headers=page | token).status_code == 200


def test_any_origin_is_refused_on_an_open_server(environ):
    """There every page of the web would be the person at this machine."""
    with closing(build_house({**environ, "CORS_ORIGINS": f"{APP}, *"})) as house:
        assert create_app(house)
        with pytest.raises(Invalid, match=r"CORS_ORIGINS=\* would let every page"):
            create_app(house, is_open=True)


@pytest.mark.parametrize("text", ["example.com", "https://a.b/path", "https://*.a.b"])
def test_what_is_no_origin_stops_the_start(environ, text):
    """Half an origin would allow the wrong pages, or none."""
    with pytest.raises(Invalid, match="is no origin"):
        build_house({**environ, "CORS_ORIGINS": text})
