"""Files go out whole, resumable, under any name, and not too many at once."""

from __future__ import annotations

import base64
import gzip
import hashlib

import pytest
from flask import Flask

from entrepot.base.errors import Throttled
from entrepot.web import downloads, problems
from entrepot.web import settings as knobs

BODY = bytes(range(256)) * 4096
SHA256 = hashlib.sha256(BODY).hexdigest()
TWIN = gzip.compress(BODY, mtime=0)
TWIN_SHA256 = hashlib.sha256(TWIN).hexdigest()


@pytest.fixture
def app(tmp_path, house):
    """An application that sends one file, two at a time."""
    path = tmp_path / "file"
    path.write_bytes(BODY)
    app = Flask("test")
    problems.install(app)
    app.extensions["download_slots"] = downloads.Slots(2)

    @app.get("/file")
    def file():
        with downloads.hold_slot() as slot:
            return downloads.send_file(
                path,
                slot=slot,
                name="Aufträge.bin",
                media_type="application/x-test",
                sha256=SHA256,
                headers={"X-Export-Id": "7"},
            )

    twin = tmp_path / "file.gz"
    twin.write_bytes(TWIN)

    @app.get("/packed")
    def packed():
        with downloads.hold_slot() as slot:
            return downloads.send_file(
                path,
                slot=slot,
                name="",
                media_type="application/json",
                sha256=SHA256,
                tag="state-7",
                packed=downloads.Packed(path=twin, sha256=TWIN_SHA256),
            )

    @app.get("/part")
    def part():
        with downloads.hold_slot() as slot:
            return downloads.send_file(
                path,
                slot=slot,
                name="part.bin",
                media_type="application/x-test",
                sha256=hashlib.sha256(BODY[1000:301_000]).hexdigest(),
                part=downloads.Part(offset=1000, size_bytes=300_000),
            )

    @app.get("/broken")
    def broken():
        with downloads.hold_slot():
            raise ZeroDivisionError

    return app


@pytest.fixture
def client(app):
    """Its client."""
    return app.test_client()


def test_a_file_comes_with_its_length_name_and_hash(client):
    """Every header that tells a client whether it has all of it."""
    answer = client.get("/file", buffered=True)

    assert answer.data == BODY
    assert {
        name: answer.headers[name]
        for name in (
            "Content-Type",
            "Content-Length",
            "Content-Disposition",
            "ETag",
            "Accept-Ranges",
            "X-Content-SHA256",
            "Repr-Digest",
            "X-Export-Id",
        )
    } == {
        "Content-Type": "application/x-test",
        "Content-Length": str(len(BODY)),
        "Content-Disposition": "attachment; filename=Auftr_ge.bin; "
        "filename*=UTF-8''Auftr%C3%A4ge.bin",
        "ETag": f'"{SHA256}"',
        "Accept-Ranges": "bytes",
        "X-Content-SHA256": SHA256,
        "Repr-Digest": "sha-256=:"
        + base64.b64encode(hashlib.sha256(BODY).digest()).decode()
        + ":",
        "X-Export-Id": "7",
    }


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("plain.csv", "attachment; filename=plain.csv"),
        ("Order Details.csv", 'attachment; filename="Order Details.csv"'),
        ('a"b\\.csv', 'attachment; filename="a\\"b\\\\.csv"'),
        ("漢.csv", "attachment; filename=_.csv; filename*=UTF-8''%E6%BC%A2.csv"),
    ],
)
def test_any_name_can_be_said(name, header):
    """Old clients get ASCII, others the name itself."""
    assert downloads.disposition(name) == header


@pytest.mark.parametrize(
    ("wanted", "body", "content_range"),
    [
        ("bytes=0-1", BODY[:2], f"bytes 0-1/{len(BODY)}"),
        ("bytes=300000-", BODY[300_000:], f"bytes 300000-1048575/{len(BODY)}"),
        ("bytes=-5", BODY[-5:], f"bytes 1048571-1048575/{len(BODY)}"),
        ("bytes=262140-262150", BODY[262_140:262_151], "bytes 262140-262150/1048576"),
    ],
)
def test_a_broken_download_goes_on(client, wanted, body, content_range):
    """A range of the file is answered with these bytes and no others."""
    answer = client.get("/file", buffered=True, headers={"Range": wanted})

    assert (answer.status_code, answer.data) == (206, body)
    assert answer.headers["Content-Range"] == content_range
    assert answer.headers["Content-Length"] == str(len(body))


def test_a_range_of_another_file_gives_the_whole(client):
    """`If-Range` with another hash: from the beginning, so that nothing is mixed."""
    headers = {"Range": "bytes=5-", "If-Range": '"other"'}

    assert client.get("/file", buffered=True, headers=headers).data == BODY


def test_an_impossible_range_is_a_problem(client):
    """A range behind the end is 416 and says how long the file is."""
    answer = client.get("/file", buffered=True, headers={"Range": "bytes=9999999-"})

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(BODY)}"


def test_an_unchanged_file_is_not_sent_again(client):
    """The hash is the tag: who has the file gets 304."""
    answer = client.get(
        "/file", buffered=True, headers={"If-None-Match": f'"{SHA256}"'}
    )

    assert (answer.status_code, answer.data) == (304, b"")


def test_a_slot_is_held_until_the_answer_is_closed(client):
    """The third at once is told to come later; when one ends, there is room."""
    first = client.get("/file", buffered=False)
    second = client.get("/file", buffered=False)
    third = client.get("/file", buffered=True)

    assert (first.status_code, second.status_code) == (200, 200)
    assert (third.status_code, third.json["code"]) == (429, "throttled")
    assert third.headers["Retry-After"] == "5"
    assert "entrepot exports run" in third.json["hint"]
    second.close()
    assert client.get("/file", buffered=True).status_code == 200
    first.close()


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.get(
            "/file", buffered=True, headers={"Range": "bytes=9999999-"}
        ),
        lambda client: client.get(
            "/file", buffered=True, headers={"If-None-Match": f'"{SHA256}"'}
        ),
        lambda client: client.head("/file", buffered=True),
        lambda client: client.get("/broken", buffered=True),
        lambda client: client.get(
            "/file", buffered=True, headers={"Range": "bytes=0-1"}
        ),
    ],
    ids=["416", "304", "head", "500", "206"],
)
def test_no_answer_keeps_its_slot(client, ask):
    """Whatever the answer, afterwards there is as much room as before."""
    for _ in range(3):
        ask(client)

    assert client.get("/file", buffered=True).status_code == 200


def test_a_file_that_is_gone_is_410(client, tmp_path):
    """Between the receipt and the answer the file may be swept away."""
    (tmp_path / "file").unlink()
    for _ in range(3):
        assert client.get("/file", buffered=True).status_code == 410


def test_slots_come_from_the_setting(house):
    """By default half of a server's threads."""
    app = Flask("test")
    downloads.install(app, house.settings)
    slots = app.extensions["download_slots"]
    taken = [slots.take() for _ in range(house.settings[knobs.DOWNLOADS])]

    assert len(taken) == 8
    with pytest.raises(Throttled):
        slots.take()


def test_a_part_of_a_file_is_sent_as_a_file(client):
    """Not a byte before it or behind it, with its own length and hash."""
    answer = client.get("/part", buffered=True)

    assert answer.data == BODY[1000:301_000]
    assert answer.headers["Content-Length"] == "300000"
    assert answer.headers["X-Content-SHA256"] == hashlib.sha256(answer.data).hexdigest()


@pytest.mark.parametrize(
    ("range", "start", "end"),
    [("0-9", 0, 10), ("299990-", 299_990, 300_000), ("-5", 299_995, 300_000)],
)
def test_a_range_of_a_part_counts_from_its_beginning(client, range, start, end):
    """A download that was broken off goes on where it was."""
    answer = client.get("/part", headers={"Range": f"bytes={range}"}, buffered=True)

    assert answer.status_code == 206
    assert answer.data == BODY[1000:301_000][start:end]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/300000"


def test_a_range_behind_a_part_is_refused(client):
    """Though the file goes on there."""
    answer = client.get("/part", headers={"Range": "bytes=300000-"}, buffered=True)

    assert answer.status_code == 416


def told(answer) -> dict[str, str | None]:
    """Return what an answer says of its body."""
    names = ("Content-Encoding", "ETag", "X-Content-SHA256", "Content-Length", "Vary")
    return {name: answer.headers.get(name) for name in names}


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5"])
def test_who_takes_it_gets_the_packed_twin(client, accepted):
    """With its own length, hash and tag, and 304 for that tag."""
    headers = {"Accept-Encoding": accepted}
    answer = client.get("/packed", headers=headers, buffered=True)
    asked = headers | {"If-None-Match": '"state-7-gzip"'}
    same = client.get("/packed", headers=asked, buffered=True)

    assert answer.data == TWIN
    assert told(answer) == {
        "Content-Encoding": "gzip",
        "ETag": '"state-7-gzip"',
        "X-Content-SHA256": TWIN_SHA256,
        "Content-Length": str(len(TWIN)),
        "Vary": "Accept-Encoding",
    }
    assert (same.status_code, same.data) == (304, b"")


@pytest.mark.parametrize("headers", [{}, {"Accept-Encoding": "br, gzip;q=0"}])
def test_who_does_not_take_it_gets_the_file_itself(client, headers):
    """Caches are told that there is another form."""
    answer = client.get("/packed", headers=headers, buffered=True)

    assert answer.data == BODY
    assert told(answer) == {
        "Content-Encoding": None,
        "ETag": '"state-7"',
        "X-Content-SHA256": SHA256,
        "Content-Length": str(len(BODY)),
        "Vary": "Accept-Encoding",
    }


def test_a_range_is_of_the_file_itself(client):
    """Whatever else is taken."""
    headers = {"Range": "bytes=10-19", "Accept-Encoding": "gzip"}
    answer = client.get("/packed", headers=headers, buffered=True)

    assert (answer.status_code, answer.data) == (206, BODY[10:20])
    assert answer.headers["ETag"] == '"state-7"'
