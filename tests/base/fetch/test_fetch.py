"""Answers: as they are, as large and as late as they may be, and from whom."""

from __future__ import annotations

import gzip
import io
import itertools
import time

import pytest

from entrepot.base.errors import Invalid, Refused, TimedOut, TooMuch, Unavailable
from entrepot.base.fetch.client import Fetched
from entrepot.base.fetch.errors import TooManyRedirects
from tests.answering import answering, certificate, reply


def local(host, port):
    """Let every name be this machine."""
    return ["127.0.0.1"]


def test_an_answer_comes_whole(ask):
    """Status, headers and body; a bad status is an answer too."""
    said = reply(b"no tea", "418 I'm a teapot", X_Pot="short")
    with answering(lambda asked: said) as server:
        answer = ask(f"{server.url}/tea?milk=1", headers={"Accept": "text/tea"})

    assert answer == Fetched(
        status=418,
        reason="I'm a teapot",
        url=f"{server.url}/tea",
        headers={"content-length": "6", "x-pot": "short"},
        body=b"no tea",
        size_bytes=6,
    )
    asked = server.asked[0]
    assert (asked.method, asked.path) == ("GET", "/tea?milk=1")
    assert asked.headers | {"user-agent": ""} == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": "",
        "accept": "text/tea",
        "accept-encoding": "gzip",
        "connection": "close",
    }


def test_a_body_goes_to_a_file_unpacked(ask):
    """The file has what was packed; nothing is kept in memory."""
    packed = gzip.compress(b"a,b\n" * 100_000, mtime=0)
    file = io.BytesIO()
    with answering(lambda asked: reply(packed, Content_Encoding="gzip")) as server:
        answer = ask(server.url, to=file)

    assert file.getvalue() == b"a,b\n" * 100_000
    assert (answer.body, answer.size_bytes) == (b"", 400_000)


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_an_answer_without_a_body_may_say_it_is_packed(ask, method):
    """As servers do to HEAD, and with 304."""
    said = reply(status="304 Not Modified", Content_Encoding="gzip")
    with answering(lambda asked: said) as server:
        assert ask(server.url, method=method).status == 304


def test_a_body_is_as_large_as_it_may_be(ask):
    """One byte more is too much, packed or not."""
    with answering(lambda asked: reply(b"x" * 1000)) as server:
        assert ask(server.url, limit_bytes=1000).size_bytes == 1000
        with pytest.raises(TooMuch, match="larger than 999 bytes"):
            ask(server.url, limit_bytes=999)


def test_an_endless_body_is_left(ask):
    """It has no length; reading ends at the limit."""
    endless = itertools.chain(
        [b"HTTP/1.1 200 OK\r\n\r\n"], itertools.repeat(b"x" * 999)
    )
    with answering(lambda asked: endless) as server, pytest.raises(TooMuch):
        ask(server.url, limit_bytes=100_000)


def test_a_bomb_is_not_unpacked(ask):
    """Few bytes that would be a hundred million are left at the limit."""
    bomb = gzip.compress(bytes(100_000_000), 9, mtime=0)
    with answering(lambda asked: reply(bomb, Content_Encoding="gzip")) as server:
        assert len(bomb) < 100_000
        with pytest.raises(TooMuch, match="larger than 100,000 bytes"):
            ask(server.url, limit_bytes=100_000)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("br", b"x"), ("gzip, gzip", b"x"), ("gzip", b"plain"),
     ("gzip", gzip.compress(b"x" * 999, mtime=0)[:-9])],
)  # fmt: skip
def test_a_body_packed_otherwise_is_refused(ask, encoding, body):
    """We asked for gzip; what is cut or damaged is no answer."""
    with (
        answering(lambda asked: reply(body, Content_Encoding=encoding)) as server,
        pytest.raises(Refused),
    ):
        ask(server.url)


def _drip(pieces):
    for piece in pieces:
        time.sleep(0.02)
        yield piece


@pytest.mark.parametrize("beginning", [b"", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_slow_drip_is_cut_off(ask, beginning):
    """Each byte comes in time and the whole does not, in the head or the body."""
    drip = _drip(itertools.chain([beginning or b"H"], itertools.repeat(b"x")))
    with answering(lambda asked: drip) as server, pytest.raises(TimedOut):
        ask(server.url, total_seconds=0.2, read_seconds=5)


def test_a_silent_server_is_given_up(ask):
    """Nothing comes for as long as one may wait."""
    with (
        answering(lambda asked: _drip([b""] * 20)) as server,
        pytest.raises(TimedOut, match="does not answer in time"),
    ):
        ask(server.url, read_seconds=0.1)


@pytest.mark.parametrize(
    "said",
    [b"", b"\0\0\0", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
     b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000],
)  # fmt: skip
def test_an_answer_that_breaks_off_is_none(ask, said):
    """Nothing, nonsense, half a body, a head without end: all may be well later."""
    with answering(lambda asked: [said]) as server, pytest.raises(Unavailable):
        ask(server.url)


def test_nobody_there_may_be_there_later(ask):
    """A refused connection is `Unavailable`; another address of the host is tried."""
    with answering(lambda asked: reply()) as server:
        url = f"http://two.example:{server.port}/"
        both = ask(url, resolve=lambda host, port: ["127.0.0.2", "127.0.0.1"])
        assert both.status == 200
        with pytest.raises(Unavailable, match="cannot be reached"):
            ask(url, resolve=lambda host, port: ["127.0.0.2"])


def test_the_environment_names_no_proxy(ask, monkeypatch):
    """`HTTP_PROXY` and its like are not read."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with answering(lambda asked: reply(b"direct")) as server:
        assert ask(server.url).body == b"direct"


@pytest.mark.parametrize(
    "said",
    [{"method": "CONNECT"}, {"method": "get"}, {"headers": {"Host": "a"}},
     {"headers": {"Content-Length": "5"}}, {"headers": {"Proxy-Connection": "x"}},
     {"headers": {"X": "a\r\nHost: b"}}, {"headers": {"X\r\nY": "b"}},
     {"headers": {"Transfer-Encoding": "chunked"}}],
)  # fmt: skip
def test_what_would_be_another_request_is_refused(ask, said):
    """Methods and headers that change how we speak, and lines inside of values."""
    with answering(lambda asked: reply()) as server:
        ask(server.url, headers={"X-Mine": "yes"})
        server.asked.clear()
        with pytest.raises(Invalid):
            ask(server.url, **said)

    assert server.asked == []


SECRETS = {"Authorization": "Bearer x", "Cookie": "a=b", "X-Api-Key": "k", "X-Id": "7"}


def _kept(headers):
    return {name for name in SECRETS if name.lower() in headers}


def test_redirects_keep_secrets_at_home(ask):
    """They go on to the same server, and not to another port or host."""
    with answering(lambda asked: reply(b"there")) as there:
        away = reply(status="302 Found", Location=f"{there.url}/end")
        within = reply(status="301 Moved Permanently", Location="/b")
        answers = {"/a": within, "/b": away}
        with answering(lambda asked: answers[asked.path]) as here:
            answer = ask(f"{here.url}/a", headers=SECRETS)

    assert (answer.body, answer.url) == (b"there", f"{there.url}/end")
    assert [_kept(asked.headers) for asked in here.asked] == [set(SECRETS)] * 2
    assert [_kept(asked.headers) for asked in there.asked] == [{"X-Id"}]


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [("301 Moved", "GET", b""), ("302 Found", "GET", b""), ("303 Other", "GET", b""),
     ("307 Temporary", "POST", b"{}"), ("308 Permanent", "POST", b"{}")],
)  # fmt: skip
def test_a_body_goes_out_again_where_the_answer_says_so(ask, status, method, body):
    """Only 307 and 308 want the same again."""
    answers = {"/a": reply(status=status, Location="b"), "/b": reply(b"done")}
    with answering(lambda asked: answers[asked.path]) as server:
        typed = {"Content-Type": "application/json"}
        ask(f"{server.url}/a", method="POST", body=b"{}", headers=typed)

    second = server.asked[1]
    assert (second.method, second.body) == (method, body)
    assert ("content-type" in second.headers) is (method == "POST")


def test_redirects_end(ask):
    """Five are followed, the sixth is not; without any the first is not."""

    def count_down(asked):
        left = int(asked.path[1:])
        return reply(status="302 Found", Location=f"/{left - 1}") if left else reply()

    with answering(count_down) as server:
        assert ask(f"{server.url}/5").status == 200
        with pytest.raises(TooManyRedirects):
            ask(f"{server.url}/6")
        with pytest.raises(TooManyRedirects):
            ask(f"{server.url}/1", redirects=0)


def test_certificates_are_checked_by_name(ask, tmp_path):
    """Signed by somebody we trust, for the name we asked, at the checked address."""
    ca, tls = certificate(tmp_path, "hooks.example")
    with answering(lambda asked: reply(b"safe"), tls) as server:
        url = f"https://hooks.example:{server.port}/"
        assert ask(url, resolve=local, ca=ca).body == b"safe"
        with pytest.raises(Refused, match="self-signed"):
            ask(url, resolve=local)
        with pytest.raises(Refused, match="Hostname mismatch"):
            ask(url.replace("hooks", "other"), resolve=local, ca=ca)


def test_a_redirect_does_not_leave_encryption(ask, tmp_path):
    """From https to http nobody is sent."""
    ca, tls = certificate(tmp_path, "hooks.example")
    with answering(lambda asked: reply(b"open")) as plain:
        away = reply(status="307 Temporary", Location=plain.url)
        with (
            answering(lambda asked: away, tls) as server,
            pytest.raises(Refused, match="not secure"),
        ):
            ask(f"https://hooks.example:{server.port}/", resolve=local, ca=ca)

    assert plain.asked == []


def test_a_step_asks_in_its_trace(ask):
    """With `traceparent`, unless the caller of `fetch` sends one; else without."""
    from entrepot.base import spans
    from tests.base.test_spans import Taken

    taken = Taken()
    stop = spans.collect(taken)
    with answering(lambda asked: reply(b"tea")) as server:
        ask(f"{server.url}/alone")
        with spans.part("job", "work"):
            ask(f"{server.url}/tea?token=secret")
    stop()

    alone, told = (asked.headers.get("traceparent", "") for asked in server.asked)
    [part] = taken
    [call] = part.spans
    assert alone == ""
    assert told == f"00-{part.trace_id}-{call.id}-00"
    assert call.facts["status"] == 200
    assert "secret" not in str(call.facts)
