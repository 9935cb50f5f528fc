"""One event for every request, whatever becomes of it."""

from __future__ import annotations

import pytest

from entrepot.app import create_app
from entrepot.base.acting import current
from entrepot.base.errors import Missing
from entrepot.base.events import RequestAnswered
from entrepot.web.requests import known_as, own_trace, quiet

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"


@pytest.fixture
def app(house):
    """The application, with views that end in every way."""
    app = create_app(house, is_open=True)

    @app.get("/try/who")
    def who():
        actor = current()
        return {"request": actor.request_id, "trace": actor.trace_id}

    @app.get("/try/bug")
    def bug():
        raise ZeroDivisionError

    @app.get("/try/missing")
    def missing():
        raise Missing("it is not there")

    @app.get("/try/stream")
    def stream():
        return (b"x" for _ in range(3))

    @app.get("/try/poll")
    @quiet
    @known_as("poll")
    def polled():
        return "in"

    return app


@pytest.fixture
def ask(app, heard):
    """A function that asks, and returns the one event that tells of it."""

    def ask(path, method="GET", **more):
        heard.clear()
        answer = app.test_client().open(path, method=method, **more)
        answer.close()
        (event,) = [e for e in heard if isinstance(e, RequestAnswered)]
        assert event.status == answer.status_code
        return event

    return ask


@pytest.mark.parametrize(
    ("path", "endpoint", "status"),
    [
        ("/", "home", 200),
        ("/health", "health", 200),
        ("/api/health", "web_api.api_health", 200),
        ("/try/missing", "missing", 404),
        ("/try/bug", "bug", 500),
        ("/nothing/here", "unknown", 404),
        ("/try//missing", "unknown", 308),
        ("/try/stream", "stream", 200),
    ],
)
def test_every_answer_is_told_once(ask, path, endpoint, status):
    """With the view's name as metrics show it, and the status that really left."""
    event = ask(path)

    assert (event.method, event.path) == ("GET", path)
    assert (event.endpoint, event.status) == (endpoint, status)
    assert event.protocol == "HTTP/1.1"
    assert 0 < event.seconds < 30


def test_the_query_is_not_told(ask):
    """It may hold what is nobody's business."""
    event = ask("/health?token=hunter2")

    assert event.path == "/health"
    assert "hunter2" not in repr(event)


def test_size_is_told_where_it_is_known(ask):
    """A stream's is not."""
    assert ask("/health").size_bytes == 20
    assert ask("/try/stream").size_bytes is None


@pytest.mark.parametrize(
    ("method", "told"),
    [("HEAD", "HEAD"), ("OPTIONS", "OPTIONS"), ("DELETE", "DELETE"), ("BREW", "OTHER")],
)
def test_methods_of_the_standard_are_told(ask, method, told):
    """Others are one: a caller could invent any number."""
    assert ask("/health", method).method == told


@pytest.mark.parametrize("path", ["/static/mark.svg", "/favicon.ico", "/try/poll"])
def test_what_machines_ask_over_and_over_is_quiet(ask, path):
    """Its lines are for debugging."""
    assert not ask("/health").is_quiet
    assert ask(path).is_quiet


def test_a_view_can_be_known_by_another_name(ask):
    """Where a name is promised, whatever the function is called."""
    assert ask("/try/poll").endpoint == "poll"


def test_an_unchanged_answer_is_told(ask, app):
    """304, and who asked."""
    tag = app.test_client().get("/jump.json").headers["ETag"]

    assert ask("/jump.json", headers={"If-None-Match": tag}).status == 304


def test_a_live_part_that_is_unchanged_is_quiet(ask, app):
    """But no answer that tells something: nobody hides what they read."""
    tag = app.test_client().get("/jump.json").headers["ETag"]
    headers = {"X-Refresh": "1"}

    assert not ask("/jump.json", headers=headers).is_quiet
    assert ask("/jump.json", headers={**headers, "If-None-Match": tag}).is_quiet


def test_a_refused_host_is_told(ask):
    """Before anybody is known."""
    event = ask("/health", headers={"Host": "evil.example.com"})

    assert (event.status, event.endpoint) == (403, "health")


def test_a_hook_that_breaks_after_the_view_is_told_once(app, heard):
    """What leaves is a fault, and so it is told."""

    @app.after_request
    def broken(response):
        raise RuntimeError("after")

    app.test_client().get("/health")

    (event,) = [e for e in heard if isinstance(e, RequestAnswered)]
    assert event.status == 500


def test_an_error_that_goes_through_to_the_server_is_told(app, heard):
    """The server answers it in our place."""
    app.testing = True

    @app.after_request
    def broken(response):
        raise RuntimeError("after")

    with pytest.raises(RuntimeError, match="after"):
        app.test_client().get("/health")
    (event,) = [e for e in heard if isinstance(e, RequestAnswered)]
    assert event.status == 500


def test_it_is_told_before_the_last_byte_leaves(app, heard):
    """Who has an answer finds its event."""
    answer = app.test_client().get("/try/stream", buffered=False)

    assert [type(e) for e in heard][-1] is RequestAnswered
    answer.close()


@pytest.mark.parametrize("path", ["/grün/日本", "/%FF%FE", "/" + "x" * 3_000])
def test_odd_paths_are_told_readably(ask, path):
    """UTF-8 as it is meant, what is none as a sign for it, long ones cut."""
    told = ask(path).path

    assert told == path[:500] + "…" or told in ("/grün/日本", "/\ufffd\ufffd")


def seen(app, **headers):
    """What the view sees of its request's names."""
    return app.test_client().get("/try/who", headers=headers).json


def test_a_trace_of_the_callers_is_kept(app):
    """So that its line and ours stand together."""
    sent = f"00-{TRACE}-{PARENT}-01"

    assert seen(app, traceparent=sent)["trace"] == TRACE


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "x",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-01-more",
        f"00-{TRACE}-{PARENT}",
    ],
)
def test_a_trace_that_is_none_is_replaced(app, sent):
    """As the standard says; a later version may say more at the end."""
    assert seen(app, traceparent=f"01-{TRACE}-{PARENT}-01-more")["trace"] == TRACE

    found = seen(app, traceparent=sent)

    assert found["trace"] == found["request"].zfill(32)


@pytest.mark.parametrize("sent", ["mine", "0" * 16, "a" * 17, "ABCD"])
def test_any_request_id_gives_a_trace(app, sent):
    """Always the same, of 32 hex digits, and never of zeros alone."""
    found = seen(app, **{"X-Request-ID": sent})

    assert found["request"] == sent
    assert found["trace"] == own_trace(sent)
    assert len(found["trace"]) == 32
    assert int(found["trace"], 16) > 0


def test_a_thread_forgets_who_asked_before(app, heard):
    """A request that is refused early is not the last person's."""
    seen_by = []
    app.before_request_funcs[None].insert(0, lambda: seen_by.append(current()))
    client = app.test_client()

    client.get("/health", headers={"X-Request-ID": "first"})
    client.get("/health", headers={"X-Request-ID": "second"})

    assert [(who.name, who.request_id) for who in seen_by] == [
        ("anonymous", "first"),
        ("anonymous", "second"),
    ]
