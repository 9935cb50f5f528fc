"""Nothing secret is kept, and nothing harmless is lost."""

from __future__ import annotations

import time
import traceback

import pytest

from entrepot.watch.log.redact import clean, prepare
from entrepot.watch.spec import Entry
from tests.watch.log.corpus import HARMLESS, LONG, SECRETS


def entry(message: str, **more: object) -> Entry:
    """A line that says this."""
    return Entry(0.0, "INFO", "entrepot.test", message, **more)


def messages(*texts: str) -> list[str]:
    """What is kept of lines that come together."""
    return [line.message for line in prepare([entry(text) for text in texts])]


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_a_secret_goes(text, secret):
    """By its name, its shape, its place or its looks."""
    assert secret in text

    (kept,) = messages(text)

    assert secret not in kept
    assert "***" in kept or "surroundings" in kept


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays_whole(text):
    """Paths, ids, digests, times and plain words are what logs are read for."""
    assert messages(text) == [text]


def test_the_corpus_is_large_enough():
    """Sixty of each, at least."""
    assert len(SECRETS) >= 60
    assert len(HARMLESS) >= 60


def test_a_secret_among_many_lines_is_found():
    """A batch is looked at together, and only what is doubtful one by one."""
    texts = [*HARMLESS * 5, "password=hunter2", *HARMLESS * 5]

    assert messages(*texts) == [*HARMLESS * 5, "password=***", *HARMLESS * 5]


def test_the_rest_of_the_sentence_stays():
    """Only the value goes: who reads it still knows what happened."""
    assert messages("login of ada failed: password='a b', host=db, tries=3") == [
        "login of ada failed: password='***', host=db, tries=3"
    ]


def test_fields_lose_their_secrets_by_name_and_by_looks():
    """At every depth; what is no secret keeps its type."""
    fields = {
        "password": "hunter2",
        "rows": 7,
        "is_secret": True,
        "url": "postgresql://ada:hunter2@db/x",
        "deep": {"token": "abc", "list": ["api_key=abc", 1.5, None]},
        "seen": LONG,
    }

    (kept,) = prepare([entry("x", fields=fields)])

    assert kept.fields == {
        "password": "***",
        "rows": 7,
        "is_secret": True,
        "url": "postgresql://ada:***@db/x",
        "deep": {"token": "***", "list": ["api_key=***", 1.5, None]},
        "seen": "***",
    }


def test_a_traceback_keeps_its_places_and_loses_its_secrets():
    """The value in the message goes, the lines of code stay."""
    try:
        raise ValueError("postgresql://ada:hunter2@db/x: password=hunter2")
    except ValueError:
        trace = traceback.format_exc()

    (kept,) = prepare([entry("x", stack_trace=trace)])

    assert "in test_a_traceback_keeps" in kept.stack_trace
    assert kept.stack_trace.endswith(
        "ValueError: postgresql://ada:***@db/x: password=***\n"
    )


def test_a_long_traceback_keeps_both_ends():
    """Where it came in, and what was wrong."""
    (kept,) = prepare([entry("x", stack_trace="a" * 9000 + " the end")])

    assert len(kept.stack_trace) < 5_100
    assert kept.stack_trace.startswith("aaa")
    assert kept.stack_trace.endswith(" the end")
    assert "…+4008…" in kept.stack_trace


def test_signs_that_disturb_are_shown_as_pictures():
    """NUL, escape, other controls, halves of pairs, turned text: visible, and harmless.

    Line breaks and tabs are text.
    """
    odd = "a\0b\x1b[31mred\x1b[0m\x07 \x7f \x9b \ud800 \udcff \u202etxt\u202c\tc\r\nd"

    assert messages(odd) == ["a␀b␛[31mred␛[0m␇ ␡ � � � �txt�\tc␍\nd"]


def test_invalid_utf_8_is_shown():
    """As Python reads it from bytes, and as it is kept."""
    text = b"caf\xe9 \xff\xfe".decode("utf-8", "surrogateescape")

    assert messages(text) == ["caf� ��"]


def test_html_is_text():
    """It is kept as it is: whoever shows it escapes it."""
    assert messages("<script>alert(1)</script>") == ["<script>alert(1)</script>"]


def test_a_message_is_bounded():
    """A line of ten megabytes is cut, says so, and holds nobody up."""
    text = "x y " * 2_500_000
    begun = time.thread_time()

    (kept,) = messages(text)

    assert kept == text[:10_000] + "…+9990000"
    assert time.thread_time() - begun < 1


@pytest.mark.parametrize(
    "sign", ["a", "A1", "/", "-", "_", "=", '"', "\\", "{", ":", "?"]
)
def test_no_text_takes_long(sign):
    """Whatever somebody sends over and over, and however often they say password."""
    text = (sign * 10_000)[:9_900]
    begun = time.thread_time()

    clean(text + " password")
    clean(text[:5_000] + " password= " + text[:4_000] + "://?")

    assert time.thread_time() - begun < 1


def test_values_that_json_has_not_are_told_by_their_looks():
    """And bounded: a field is a fact, not a file."""
    fields = {"path": object, "n": 1e999, "text": "x" * 5_000, "many": list(range(99))}

    (kept,) = prepare([entry("x", fields=fields)])

    assert kept.fields["path"] == "<class 'object'>"
    assert kept.fields["text"] == "x" * 2_000 + "…+3000"
    assert len(kept.fields["many"]) < 50
    assert kept.fields["n"] == "inf"


def test_a_requests_surroundings_are_never_kept():
    """Servers copy the environment of the process into them."""
    environ = {"wsgi.url_scheme": "http", "DB_PASSWORD": "x", "HOME": "/root"}

    (kept,) = prepare([entry(f"broke: {environ}", fields={"environ": environ})])

    assert kept.message == "broke: (surroundings of a request)"
    assert kept.fields == {"environ": "(surroundings of a request)"}


SLOW = {
    "environs": "{" * 1500 + '"wsgi.' * 580,
    "tokens": "-eyJ" * 1250,
    "prefixed tokens": "-eyJaaaaa.-" * 450,
    "names": "password_" * 600,
    "addresses": "a." * 2500,
    "keys": "-----BEGIN " * 500,
}


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_no_text_is_searched_for_long(text):
    """Anybody may report one, and no other thread runs while a pattern is searched."""
    begun = time.process_time()

    prepare([entry("m", stack_trace=text[:5000])])

    assert time.process_time() - begun < 0.5


def test_an_environ_whose_end_was_cut_off_goes_too():
    """A message is bounded before it is looked at."""
    assert messages("it was {'wsgi.input': 1, 'HTTP_X': 'hunter2'") == [
        "it was (surroundings of a request)"
    ]


def test_a_token_goes_with_what_is_joined_to_it():
    """By a hyphen, say."""
    token = "eyJhbGciOi.eyJzdWIi.c2ln"

    assert messages(f"of session-{token}, {token}") == ["of ***, ***"]
