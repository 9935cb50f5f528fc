"""The files of the front end, as they are sent."""

import gzip

import pytest

from entrepot.web.assets import manifest


def fetch(client, address, **headers):
    """Return an answer whose file is read and closed."""
    with client.get(address, headers=headers) as answer:
        answer.get_data()
        return answer


@pytest.mark.parametrize("source", ["app.ts", "early.ts", "style.css", "icons.svg"])
def test_a_built_file_is_kept_for_ever(client, source):
    """Its name carries a hash; it goes out compressed to those who can read that."""
    address = f"/static/build/{manifest()[source]}"
    plain = fetch(client, address)
    packed = fetch(client, address, **{"Accept-Encoding": "gzip"})

    assert "immutable" in plain.headers["Cache-Control"]
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.mimetype == plain.mimetype


@pytest.mark.parametrize("name", ["nope.js", "manifest.json/..", "%2e%2e/assets.py"])
def test_nothing_else_is_sent(client, name):
    """Neither what is not there nor what lies beside it."""
    assert client.get(f"/static/build/{name}").status_code == 404


def test_the_mark_is_the_icon(client):
    """Browsers ask for both."""
    mark = fetch(client, "/static/mark.svg")

    assert mark.mimetype == "image/svg+xml"
    assert mark.data == fetch(client, "/favicon.ico").data


def test_no_page_needs_what_the_policy_forbids(client):
    """No style attribute, no inline script, nothing from elsewhere."""
    for path in ("/", "/keys", "/api/docs", "/connections", "/nope"):
        text = client.get(path, headers={"Accept": "text/html"}).text
        assert 'style="' not in text
        assert "<script>" not in text
        assert "https://" not in text
