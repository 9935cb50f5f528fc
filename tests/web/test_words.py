"""Numbers, sizes and times as people read them."""

from datetime import datetime, timedelta, timezone

import pytest

from entrepot.web import words


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (words.number(1204331), "1,204,331"),
        (words.number(None), "–"),
        (words.size(0), "0 B"),
        (words.size(999), "999 B"),
        (words.size(698_000), "698 kB"),
        (words.size(999_600), "1.0 MB"),
        (words.size(3_140_000), "3.1 MB"),
        (words.size(5 * 10**15), "5000 TB"),
        (words.size(None), "–"),
        (words.duration(0.0001), "1 ms"),
        (words.duration(0.0384), "38 ms"),
        (words.duration(1.94), "1.9 s"),
        (words.duration(60), "1 min"),
        (words.duration(125), "2 min 5 s"),
        (words.duration(None), "–"),
        (words.plural(1, "row"), "1 row"),
        (words.plural(0, "row"), "0 rows"),
        (words.plural(2, "index", "indexes"), "2 indexes"),
        (words.sentence("there is no table"), "There is no table"),
        (words.sentence("day: 'x' is not a date"), "day: 'x' is not a date"),
        (words.sentence(""), ""),
    ],
)
def test_words(shown, text):
    """Each as the rules of the look have it."""
    assert shown == text


def test_moments_are_in_utc():
    """Whatever zone they come in."""
    at = datetime(2026, 11, 20, 15, 32, 8, tzinfo=timezone(timedelta(hours=1)))

    assert words.moment(at) == "20 Nov 2026, 14:32:08 UTC"
