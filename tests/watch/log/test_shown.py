"""Lines on standard output: as the documents have them, whole, and never in the way."""

from __future__ import annotations

import json
import os
import re
import time

import pytest

from entrepot.watch.log.lines import json_line, plain_line
from entrepot.watch.log.redact import prepare
from entrepot.watch.log.shown import Shown
from entrepot.watch.spec import ACCESS, Entry

AT = 1795241616.25  # 2026-11-21 06:13:36 UTC


def access(path: str = "/api/products", status: int = 200, **more: object) -> Entry:
    """The line of a request."""
    facts = {
        "request_id": "00f067aa0ba902b7",
        "endpoint": "get_products",
        "method": "GET",
        "status_code": status,
        "duration_ms": 3.14,
        "fields": {"size_bytes": 12},
    }
    return Entry(AT, "INFO", ACCESS, f"GET {path} {status}", **facts | more)


def error(message: str = "Database error: timeout", **more: object) -> Entry:
    """Another line."""
    return Entry(AT, "ERROR", "entrepot.catalogue", message, **more)


@pytest.fixture
def pipe():
    """Both ends of a pipe."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_a_request_looks_as_documented():
    """Then what we know besides."""
    assert plain_line(access()) == (
        '[2026-11-21 06:13:36] "GET /api/products HTTP/1.1" 200 INFO duration=3.1ms '
        "request_id=00f067aa0ba902b7"
    )


def test_a_path_does_not_end_the_request():
    """Or whoever asks could tell of another answer than there was."""
    forged = '/x HTTP/1.1" 200 INFO duration=1.0ms request_id=f\n\\'
    (entry,) = prepare([access(forged, 404)])
    told = (
        '"GET /x%20HTTP/1.1%22%20200%20INFO%20duration=1.0ms%20request_id=f%0A%5C '
        'HTTP/1.1" 404'
    )

    assert f" {told} INFO duration=3.1ms request_id=00f067" in plain_line(entry)
    assert json.loads(json_line(entry))["message"] == told


def test_a_facts_name_does_not_end_the_line():
    """Libraries give what they like."""
    line = error(fields={'a b="c"\n[x] ERROR': 1})

    assert "timeout a_b__c__[x]_ERROR=1 logger=" in plain_line(line)


def test_another_line_begins_with_its_level():
    """Level and message stand together, facts follow."""
    line = error(request_id="r1", error_type="Timeout", fields={"rows": 3, "at": "a b"})

    assert plain_line(line) == (
        "[2026-11-21 06:13:36] ERROR Database error: timeout rows=3 "
        'at="a b" error=Timeout logger=entrepot.catalogue request_id=r1'
    )


def test_a_traceback_follows_indented():
    """So that it is seen to belong to its line."""
    line = error("it broke", stack_trace="Traceback\n  File x\nValueError: y\n")

    assert plain_line(line).splitlines()[1:] == [
        "  Traceback",
        "    File x",
        "  ValueError: y",
    ]


def test_a_line_is_a_json_object():
    """What it does not tell is left out."""
    assert json.loads(json_line(access(user_id=7))) == {
        "time": "2026-11-21T06:13:36.250Z",
        "level": "INFO",
        "logger": "entrepot.access",
        "message": '"GET /api/products HTTP/1.1" 200',
        "request_id": "00f067aa0ba902b7",
        "user_id": 7,
        "endpoint": "get_products",
        "method": "GET",
        "status": 200,
        "duration": "3.1ms",
        "duration_ms": 3.14,
        "fields": {"size_bytes": 12},
    }


@pytest.mark.parametrize("render", [plain_line, json_line])
@pytest.mark.parametrize(
    "text",
    ["a\nb", "a\r\nERROR forged", "a\x1b[31mb", "a\0b", "a\u2028b", "a\x85b", "\ud800"],
)
def test_whatever_is_said_a_line_is_one_line(render, text):
    """Nobody forges a second one, or paints the terminal."""
    (entry,) = prepare([error(text, fields={"odd": text})])

    line = render(entry)

    assert line.isprintable()
    assert line.splitlines() == [line]


def read_all(end: int) -> bytes:
    """What is in a pipe now."""
    os.set_blocking(end, False)
    found = b""
    try:
        while piece := os.read(end, 65_536):
            found += piece
    except BlockingIOError:
        pass
    return found


def test_lines_go_out_whole_and_in_order(pipe):
    """A batch in few pieces, none of them longer than goes in unmixed."""
    shown = Shown(plain_line, pipe[1])

    shown([access(f"/p/{n}") for n in range(200)])

    lines = read_all(pipe[0]).decode().splitlines()
    assert [line.split()[3] for line in lines] == [f"/p/{n}" for n in range(200)]
    assert shown.hidden == 0


@pytest.mark.parametrize("render", [plain_line, json_line])
@pytest.mark.parametrize("sign", ["x", "\u20ac", "\U0001f600", '"', "\u2028"])
def test_a_long_line_is_cut_to_what_goes_out_at_once(pipe, render, sign):
    """And stays a line, or an object."""
    long = error(
        sign * 9_000, stack_trace=f"{sign * 50}\n" * 90, fields={"a": sign * 900}
    )

    Shown(render, pipe[1])([long, error("next")])

    written = read_all(pipe[0])
    first = written[: written.index(b"ERROR" if render is plain_line else b"}")]
    assert len(written) <= 2 * 4096
    assert b"next" in written.splitlines()[-1]
    assert first
    if render is json_line:
        assert [json.loads(line)["level"] for line in written.splitlines()] == [
            "ERROR"
        ] * 2


def test_a_reader_that_stopped_holds_nobody_up(pipe):
    """What does not fit is left out and counted; lines come again when it reads on."""
    shown = Shown(plain_line, pipe[1])
    many = [access(f"/p/{n}") for n in range(2_000)]
    begun = time.monotonic()

    shown(many)
    shown(many)
    read = len(read_all(pipe[0]).splitlines())
    hidden = shown.hidden
    shown([error("again")])

    assert time.monotonic() - begun < 10
    assert (read + hidden, hidden > 2_000) == (4_000, True)
    assert b"again" in read_all(pipe[0])


def test_a_reader_that_is_gone_breaks_nothing():
    """The server goes on without being read."""
    reading, writing = os.pipe()
    os.close(reading)
    shown = Shown(plain_line, writing)

    shown([access()] * 3)
    os.close(writing)
    shown([access()])

    assert shown.hidden == 4


# The queries of the documents, as filters: `|=` is "contains", `|~` is "matches".
# https://grafana.com/docs/loki/latest/query/log_queries/
LINES = (
    access(),
    access("/", 200),
    access("/api/products/9", 500, method="POST"),
    error("Database error: connection timeout"),
    Entry(AT, "INFO", "entrepot.catalogue", "Falling back to JSON data source"),
    Entry(AT, "INFO", "entrepot.catalogue", "Using database as data source"),
)
QUERIES = {
    '|= "ERROR"': (["ERROR"], [3]),
    '|= "Database error"': (["Database error"], [3]),
    '|~ "GET|POST" |~ "/api/"': (["GET|POST", "/api/"], [0, 2]),
    '|~ "\\" 500"': (['" 500'], [2]),
    '|= "Falling back to JSON"': (["Falling back to JSON"], [4]),
    '|~ "GET.*200"': (["GET.*200"], [0, 1]),
}


@pytest.mark.parametrize("render", [plain_line, json_line])
@pytest.mark.parametrize(("patterns", "found"), QUERIES.values(), ids=QUERIES)
def test_a_query_of_the_documents_finds_its_lines(render, patterns, found):
    """The same ones in both forms."""
    lines = [render(entry) for entry in LINES]

    assert [
        n for n, line in enumerate(lines) if all(re.search(p, line) for p in patterns)
    ] == found


def test_every_json_line_is_read_without_error():
    """`| json | __error__=""`, and `line_format "{{.duration}}"` of slow requests."""
    read = [json.loads(json_line(entry)) for entry in LINES]

    assert [line.get("duration") for line in read] == ["3.1ms"] * 3 + [None] * 3


def test_a_plain_line_tells_its_duration_to_logfmt():
    """`| logfmt | line_format "{{.duration}}"`."""
    facts = dict(re.findall(r"(\w+)=(\S+)", plain_line(access())))

    assert facts == {"duration": "3.1ms", "request_id": "00f067aa0ba902b7"}
