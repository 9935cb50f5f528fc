"""Errors of one cause have one fingerprint; errors of two have two."""

from __future__ import annotations

import sys
from traceback import format_exception

import pytest

from entrepot.watch.groups.fingerprint import group_id_of, sighting_of
from entrepot.watch.groups.traces import Frame, read_browser_trace, read_trace
from entrepot.watch.spec import BROWSER, Line
from tests.watch.groups.causes import traced


def line(**more) -> Line:
    """Return a line of an error."""
    given = {
        "id": 1,
        "timestamp": "2026-11-20T14:32:06.020Z",
        "level": "ERROR",
        "logger": "entrepot.web",
        "message": "A request ended in a fault of ours",
    }
    return Line(**{**given, **more})


def broke(said="KeyError: 'a'", *, endpoint="exports_api.run", **more) -> Line:
    """Return the line of a request that broke."""
    return line(stack_trace=traced(said, **more), fields={"endpoint": endpoint})


def test_another_value_line_and_installation_make_no_difference():
    """A release moves lines; the machine has its folders."""
    one = broke("KeyError: 'colour'", line=88)
    other = broke("KeyError: 'shape'", line=95)
    moved = line(
        stack_trace=one.stack_trace.replace("/srv/venv/lib", "/opt/x/lib64"),
        fields=one.fields,
    )

    assert {group_id_of(each) for each in (other, moved)} == {group_id_of(one)}


@pytest.mark.parametrize(
    "other",
    [
        broke("ValueError: 'a'"),
        broke(name="read"),
        broke(file="exports/receipts.py"),
        broke(text="return found.of[name]"),
        broke(endpoint="exports_api.preview"),
    ],
    ids=["type", "function", "file", "statement", "route"],
)
def test_another_cause_is_another_group(other):
    """Its type, its place, what stands there, or its route."""
    assert group_id_of(other) != group_id_of(broke())


def test_lines_without_a_trace_go_by_logger_and_words():
    """Numbers do not count, loggers and reasons do."""
    one = line(message="row 7 is gone")
    others = [
        line(message="row 8 is away"),
        line(message="row 8 is gone", logger="entrepot.jobs"),
        line(message="row 8 is gone", fields={"code": "timed-out"}),
    ]

    assert group_id_of(line(message="row 8 is gone")) == group_id_of(one)
    assert len({group_id_of(each) for each in (one, *others)}) == 4


def test_a_browsers_error_is_one_on_every_page():
    """Whatever the page, the build and the host."""
    stack = "TypeError: x is null\n    at f (https://{}/static/build/app-{}.js:3:7)"
    one, other = (
        line(
            logger=BROWSER,
            message="Uncaught TypeError: x is null",
            stack_trace=stack.format(host, build),
            fields={"url": f"https://{host}{path}"},
        )
        for host, build, path in (
            ("a.example", "TTGQVOTS", "/exports/7"),
            ("b.example:5000", "ABCDEFGH", "/jobs"),
        )
    )

    assert group_id_of(one) == group_id_of(other)
    assert sighting_of(one, release="1").route == "/exports/#"
    assert sighting_of(one, release="1").error_type == "TypeError"


def test_a_trace_is_read_back():
    """As Python writes it, two exceptions deep, with a message of two lines."""
    try:
        try:
            {}["a"]
        except KeyError as error:
            raise ValueError("first\nsecond") from error
    except ValueError as error:
        trace = read_trace("".join(format_exception(error)))

    assert (trace.error_type, trace.said) == ("ValueError", "first\nsecond")
    assert [frame.text for frame in trace.frames] == [
        'raise ValueError("first\\nsecond") from error'
    ]


def test_a_function_that_calls_itself_is_one_call():
    """However deep it was when there was no more room."""

    def again(deep):
        return again(deep + 1)

    before = sys.getrecursionlimit()
    try:
        again(0)
    except RecursionError as error:
        trace = read_trace("".join(format_exception(error)))
    sys.setrecursionlimit(before)

    assert [frame.function for frame in trace.frames][1:] == ["again"]
    assert trace.error_type == "RecursionError"


@pytest.mark.parametrize(
    ("path", "is_ours"),
    [
        ("/srv/lib/python3.11/site-packages/entrepot/web/app.py", True),
        ("/srv/entrepot/src/entrepot/web/app.py", True),
        ("/srv/entrepot/lib/python3.11/site-packages/flask/app.py", False),
        ("/usr/lib/python3.11/json/decoder.py", False),
    ],
)
def test_our_own_calls_are_known(path, is_ours):
    """Also where the folder that all is installed in has our name."""
    trace = read_trace(f'  File "{path}", line 3, in f\n    x\nError: y')

    assert trace.frames[0].is_ours == is_ours


@pytest.mark.parametrize(
    ("stack", "frames"),
    [
        (
            "E: x\n    at f (https://h/a.js:3:7)\n    at https://h/b.js:1:2",
            ["b.js", "a.js in f"],
        ),
        ("f@https://h/a.js:3:7\n@https://h/b.js:1:2\n", ["b.js", "a.js in f"]),
        ("nonsense ((((\n at at at", []),
    ],
)
def test_traces_of_browsers_are_read(stack, frames):
    """Of Chrome and of the others; the newest call last."""
    assert [str(f) for f in read_browser_trace("E: x", stack).frames] == frames


@pytest.mark.parametrize(
    "text", ["", "nothing", "Traceback (most recent call last):\n"]
)
def test_what_is_no_trace_has_no_calls(text):
    """And says nothing."""
    assert read_trace(text).frames == ()


def test_a_sighting_tells_where_to_look_on():
    """The request's trace, the person, the release that wrote the line."""
    found = sighting_of(
        line(
            request_id="8c1f00aa8c1f00aa",
            user_id=7,
            fields={"release": "1.2.0", "path": "/api/x/12"},
        ),
        release="1.3.0",
    )

    assert (found.trace_id, found.user, found.release, found.route) == (
        "00000000000000008c1f00aa8c1f00aa",
        "user 7",
        "1.2.0",
        "/api/x/#",
    )
    assert str(Frame("a.py", "f", 3)) == "a.py:3 in f"
