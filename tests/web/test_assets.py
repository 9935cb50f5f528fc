"""The files of the front end, as they are sent."""

import gzip

import pytest

from entrepot.web.assets import manifest


@pytest.mark.parametrize("source", ["app.ts", "early.ts", "style.css", "icons.svg"])
def test_a_built_file_is_kept_for_ever(client, source):
    """Its name carries a hash; it goes out compressed to those who can read that."""
    address = f"/static/build/{manifest()[source]}"
    plain = client.get(address, buffered=True)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"}, buffered=True)

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
    mark, icon = (
        client.get(address, buffered=True)
        for address in ("/static/mark.svg", "/favicon.ico")
    )

    assert mark.data == icon.data
    assert icon.mimetype == "image/svg+xml"


def test_no_page_needs_what_the_policy_forbids(client):
    """No style attribute, no inline script, nothing from elsewhere."""
    for path in ("/", "/keys", "/api/docs", "/connections", "/nope"):
        text = client.get(path, headers={"Accept": "text/html"}).text
        assert 'style="' not in text
        assert "<script>" not in text
        assert "https://" not in text
