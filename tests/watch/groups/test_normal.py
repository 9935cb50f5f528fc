"""What differs from one time to the next is taken out of messages, and no more."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as some

from entrepot.watch.groups.normal import CHARACTERS, normal, normal_path

HOSTS = some.from_regex(r"[a-z]{1,8}\.[a-z]{2,5}", fullmatch=True)
UNQUOTED = some.text(string.ascii_letters + string.digits + " .,:-", max_size=30)
DIFFERENT = some.one_of(
    some.integers(-(10**18), 10**18).map(str),
    some.floats(0, 1e9, allow_nan=False).map("{:,.3f}".format),
    some.datetimes().map(lambda at: at.isoformat()),
)
IDS = some.one_of(
    some.uuids().map(str),
    some.uuids().map(lambda one: str(one).upper()),
    some.binary(min_size=6, max_size=32).map(bytes.hex),
)
ADDRESSES = some.one_of(
    some.ip_addresses(v=4).map(str),
    some.ip_addresses(v=6).map(str),
    some.tuples(some.ip_addresses(v=4), some.integers(1, 65535)).map(
        lambda pair: f"{pair[0]}:{pair[1]}"
    ),
    HOSTS.map("https://{}/a/b?c=d".format),
    HOSTS.map("somebody@{}".format),
)
QUOTED = some.tuples(some.sampled_from(["''", '""', "``", "“”", "«»"]), UNQUOTED).map(
    lambda pair: f"{pair[0][0]}{pair[1]}{pair[0][1]}"
)


@pytest.mark.parametrize(
    "values",
    [DIFFERENT, IDS, ADDRESSES, QUOTED],
    ids=["number", "id", "address", "quoted"],
)
@given(pick=some.data())
def test_another_value_makes_no_difference(values, pick):
    """A message with it is the same as with any other of its kind."""
    one, other = pick.draw(values), pick.draw(values)

    assert normal(f"row {one} of x failed") == normal(f"row {other} of x failed")


@given(
    some.lists(
        some.sampled_from(["export", "row", "column", "file", "is", "not", "there"]),
        min_size=1,
    )
)
def test_words_stay(words):
    """Other words are another cause."""
    assert normal(" ".join(words)) == " ".join(words)


@given(some.text())
def test_every_text_has_an_end_and_one_line(text):
    """Whatever is in it."""
    found = normal(text)

    assert len(found) <= CHARACTERS
    assert found.splitlines() in ([], [found])


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("row 11,204 of 12", "row # of #"),
        ("ids (1, 2, 3) of 7; 8", "ids (#) of #"),
        (
            "can't open file 'a b' for Anna's job",
            "can't open file <value> for Anna's job",
        ),
        ("12,90 € is no “number”", "# € is no <value>"),
        ("<Thing object at 0x7f3a>", "<Thing object at #>"),
        ("sap-s4 closed the connection", "sap-# closed the connection"),
        ("fe80::1 and [::1]:443 are away", "<address> and <address> are away"),
        ("since 2026-11-20T14:30:00.123Z", "since #"),
        ("two\nlines\t and  blanks", "two lines and blanks"),
        ("an escape \x1b[31m and nul \0", "an escape ␛[# and nul ␀"),
        ("", ""),
    ],
)
def test_messages_are_made_normal(message, found):
    """Each kind of thing that differs has its sign."""
    assert normal(message) == found


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/api/products/12?x=1", "/api/products/#"),
        ("https://here.example/exports/5f2b8c0d#top", "/exports/#"),
        ("https://here.example", "/"),
        ("/jobs/deadbeefdead", "/jobs/#"),
        ("", ""),
    ],
)
def test_paths_lose_their_ids(path, found):
    """And their host, and what they ask for."""
    assert normal_path(path) == found


@pytest.mark.parametrize("part", ["a", "'", "a.", "1:", "a@", "“", "http://", "a-1:"])
def test_no_message_is_hard(part):
    """Ten thousand characters of what patterns may stumble over end as bounded."""
    assert len(normal(part * (10_000 // len(part)))) <= CHARACTERS
