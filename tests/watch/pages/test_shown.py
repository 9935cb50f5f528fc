"""Text of strangers on our pages: seen, bounded, and told in brief."""

from __future__ import annotations

import pytest

from entrepot.watch.pages.shown import (
    IN_LIST,
    Pair,
    Text,
    brief_facts,
    cut,
    on_one_line,
    pairs,
    seen,
)
from entrepot.watch.spec import Line


def line(**more) -> Line:
    """Return a line with further facts."""
    given = {
        "id": 1,
        "timestamp": "2026-11-20T14:32:06.020Z",
        "level": "INFO",
        "logger": "entrepot.exports",
        "message": "Export ready",
    }
    return Line(**{**given, **more})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ordinary – ünïcode 🚢\tand\nlines", "ordinary – ünïcode 🚢\tand\nlines"),
        ("\x1b[31mred\x00\x7f\x9b", r"\x1b[31mred\x00\x7f\x9b"),
        ("gone\r\rback\x08", r"gone\x0d\x0dback\x08"),
        ("\u202egpj.exe\u2066", r"\u202egpj.exe\u2066"),
        ("half \ud83d \ufeff\u200b", r"half \ud83d \ufeff\u200b"),
        ("tag \U000e0041", r"tag \U000e0041"),
    ],
)
def test_every_character_can_be_seen(text, shown):
    """What steers, turns, hides or breaks is named instead of done."""
    assert seen(text) == shown
    seen(text).encode()


def test_a_text_has_an_end():
    """What is left out is counted."""
    assert cut("x" * 25, 10) == Text("x" * 10, 15)
    assert cut("x" * 10, 10) == Text("x" * 10, 0)
    assert on_one_line("y" * 10_000_000) == Text("y" * IN_LIST, 10_000_000 - IN_LIST)


def test_a_message_in_the_list_is_one_line():
    """Its breaks stay visible."""
    assert on_one_line("first\nsecond").text == "first ↵ second"


def test_brief_facts_are_few_and_short():
    """The time first, the request last, nothing that is not there."""
    told = brief_facts(
        line(duration_ms=3.14, fields={"a": "b" * 100, "n": None}, request_id="8c1f")
    )

    assert told == [
        ("in", "3.1 ms"),
        ("a", "b" * 39 + "…"),
        ("request", "8c1f"),
    ]


def test_pairs_narrow_where_the_log_can():
    """Columns that can be asked for are links; the rest is only shown."""
    told = pairs(
        line(status_code=503, duration_ms=12.5, actor="marta", fields={"rows": [1, 2]})
    )

    assert told == [
        Pair("logger", "entrepot.exports", {"logger": "entrepot.exports"}),
        Pair("status", "503", {"status": 503}),
        Pair("took", "12.5 ms", {"min_duration_ms": "12.5"}),
        Pair("user", "marta"),
        Pair("rows", "[1, 2]"),
    ]
