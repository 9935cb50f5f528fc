"""Files behind web addresses."""

import base64

import pytest
from tests.answering import answering, reply

from entrepot.base.errors import Invalid, Missing, Refused, TooMuch, Unavailable
from entrepot.base.fetch.errors import AddressDenied

BODY = b"sku\nA\n"


def serving(*answers):
    """Return a server that gives these answers in turn, the last for ever."""
    left = list(answers)
    return answering(lambda asked: left.pop(0) if left[1:] else left[0])


def test_a_file_is_fetched_and_remembered(fetch, place):
    """With what the server says of it."""
    with serving(reply(BODY, ETag='"v1"', Last_Modified="yesterday")) as server:
        found = fetch("url", f"{server.url}/feeds/my%20products.csv?key=1")

    assert place.read_bytes() == BODY
    assert (found.name, found.etag, found.modified) == (
        "my products.csv",
        '"v1"',
        "yesterday",
    )


def test_it_is_asked_for_only_if_it_changed(fetch, place):
    """The server's word counts, and so does the content."""
    answers = [reply(BODY, ETag='"v1"'), reply(b"", "304 Not Modified"), reply(BODY)]
    with serving(*answers) as server:
        first = fetch("url", f"{server.url}/a.csv")
        place.unlink()

        assert fetch("url", f"{server.url}/a.csv", known=first.known).is_unchanged
        assert server.asked[1].headers["if-none-match"] == '"v1"'
        assert fetch("url", f"{server.url}/a.csv", known=first.known).is_unchanged
    assert not place.exists()


def test_secrets_are_tokens_or_passwords(fetch):
    """A colon tells which."""
    with serving(reply(BODY)) as server:
        fetch("url", f"{server.url}/a", secret="token")
        fetch("url", f"{server.url}/a", secret="anna:geheim")

    packed = base64.b64encode(b"anna:geheim").decode()
    assert [asked.headers["authorization"] for asked in server.asked] == [
        "Bearer token",
        f"Basic {packed}",
    ]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("404 Not Found", Missing),
        ("403 Forbidden", Refused),
        ("400 Bad Request", Refused),
        ("503 Busy", Unavailable),
        ("429 Slowly", Unavailable),
        ("304 Not Modified", Refused),
        ("200 OK", Invalid),
    ],
)
def test_what_is_no_file_is_told(fetch, status, error):
    """Nothing is left, and it is known whether to come again."""
    with serving(reply(b"", status)) as server, pytest.raises(error):
        fetch("url", f"{server.url}/a")


def test_nobody_gets_inside(fetch):
    """An address that is not public is not asked, at once or by a redirect."""
    with serving(reply(BODY)) as server:
        with pytest.raises(AddressDenied):
            fetch("url", f"{server.url}/a", networks="")
        assert server.asked == []
    inside = reply(b"", "302 Found", Location="http://169.254.169.254/latest")

    with serving(inside) as server, pytest.raises(AddressDenied):
        fetch("url", f"{server.url}/a")


def test_a_file_that_is_too_large_is_ended(fetch):
    """Whatever its server says of its length."""
    limit = {"ENTREPOT_FEEDS_FILE_BYTES": "1000"}
    with serving(reply(b"x" * 1_001)) as server, pytest.raises(TooMuch):
        fetch("url", f"{server.url}/a", settings=limit)


@pytest.mark.parametrize("address", ["", "ftp://x/y", "file:///etc/passwd", "//x"])
def test_what_is_no_web_address(fetch, address):
    """It is refused before anybody is asked."""
    with pytest.raises(Invalid):
        fetch("url", address)
