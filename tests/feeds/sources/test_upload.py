"""Files that are sent."""

import hashlib
import io

import pytest

from entrepot.base.errors import Invalid, TooMuch
from entrepot.feeds.spec import Known


def test_what_is_sent_is_written(fetch, place):
    """With its hash; of its name only what is behind the last slash."""
    body = b"sku\nA\n" * 1_000

    found = fetch("upload", "C:\\feeds\\my products.csv", stream=io.BytesIO(body))

    assert place.read_bytes() == body
    assert found.name == "my products.csv"
    assert (found.sha256, found.size_bytes) == (hashlib.sha256(body).hexdigest(), 6_000)


def test_the_same_again_is_told(fetch, place):
    """Nothing is left then."""
    known = Known(sha256=hashlib.sha256(b"sku\n").hexdigest())

    assert fetch("upload", "f", stream=io.BytesIO(b"sku\n"), known=known).is_unchanged
    assert not place.exists()


def test_as_much_as_the_limit_is_taken_and_no_byte_more(fetch, place):
    """The limit is a setting; of what is refused nothing is left."""
    limit = {"ENTREPOT_FEEDS_FILE_BYTES": "1000"}
    fetch("upload", "f", stream=io.BytesIO(b"x" * 1_000), settings=limit)
    assert place.stat().st_size == 1_000
    place.unlink()

    with pytest.raises(TooMuch, match="1,000 bytes"):
        fetch("upload", "f", stream=io.BytesIO(b"x" * 1_001), settings=limit)

    assert list(place.parent.iterdir()) == []


def test_nothing_is_no_file(fetch):
    """Somebody forgot it."""
    with pytest.raises(Invalid, match="no file"):
        fetch("upload", "f")
