"""Whose exports one may see, what is sent of them, and when it is gone."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import update

from entrepot.base.times import now
from entrepot.exports.models import Export

NAMES = ("total_exports", "total_files", "total_size_bytes")


@pytest.fixture
def age(house):
    """Let all exports be so many minutes older."""

    def make_older(minutes, **values):
        then = now() - timedelta(minutes=minutes)
        with house.store.session() as session:
            session.execute(update(Export).values(started_at=then, **values))

    return make_older


def test_an_export_of_somebody_else_is_not_there(client_of):
    """People see their own, admins all."""
    ann, bob, admin = (
        client_of("ann@example.com", "viewer"),
        client_of("bob@example.com", "viewer"),
        client_of(),
    )
    body = {"data": [{"id": 1}], "format": "csv"}
    said = ann.post("/api/ybb/export/payments", json=body).json

    for path in (said["status_url"], said["download_url"]):
        codes = [who.get(path, buffered=True).status_code for who in (ann, bob, admin)]
        assert codes == [200, 404, 200]
    assert bob.get(said["status_url"]).json["error_code"] == "FILE_NOT_FOUND"
    kept = [
        who.get("/api/ybb/storage/info").json["data"]["total_exports"]
        for who in (ann, bob, admin)
    ]
    assert kept == [1, 0, 1]


@pytest.mark.parametrize("path", ["status", "download", "download/zip"])
def test_an_unknown_export_is_404(client, path):
    """In the documented form."""
    answer = client.get(f"/api/ybb/export/nope/{path}", buffered=True)

    assert (answer.status_code, answer.json["error_code"]) == (404, "FILE_NOT_FOUND")


def test_the_kind_of_file_may_be_said(client, export):
    """One file is no archive; an archive of one is also that file."""
    one = export(3, format="csv", filename="one").json["data"]["download_url"]
    many = export(3, format="csv", filename="two", force_chunking=True).json
    place = many["download_url"].removesuffix("/zip")

    def ask(path):
        answer = client.get(path, buffered=True)
        return answer.status_code, answer.content_type

    text, archive = (200, "text/csv; charset=utf-8"), (200, "application/zip")
    assert [ask(one), ask(f"{one}?type=single")] == [text, text]
    assert [ask(f"{one}?type=zip")[0], ask(f"{one}/zip")[0]] == [400, 404]
    assert [ask(place), ask(f"{place}?type=zip")] == [archive, archive]
    assert ask(f"{place}?type=single") == text
    assert [ask(f"{place}/batch/{n}")[0] for n in (0, 1, 2)] == [404, 200, 404]


def test_a_download_goes_on_where_it_was(client, export):
    """By range, with the headers that were promised."""
    path = export(3, format="csv").json["download_url"]
    whole = client.get(path, buffered=True)
    rest = client.get(path, headers={"Range": "bytes=10-"}, buffered=True)

    assert (rest.status_code, rest.data) == (206, whole.data[10:])
    assert {
        name: whole.headers[name]
        for name in ("Cache-Control", "X-Content-Type-Options", "Content-Length")
    } == {
        "Cache-Control": "no-cache, no-store, must-revalidate",
        "X-Content-Type-Options": "nosniff",
        "Content-Length": str(len(whole.data)),
    }


def test_what_has_expired_is_410(client, export, age):
    """The status says so; the receipt stays."""
    said = export(3, format="csv", force_chunking=True).json
    age(1500, expires_at=now() - timedelta(minutes=1))
    cleaned = client.post("/api/ybb/cleanup").json

    assert (cleaned["cleaned_count"], cleaned["files_removed"]) == (1, 1)
    for path in ("zip", "batch/1"):
        answer = client.get(
            f"/api/ybb/export/{said['data']['export_id']}/download/{path}"
        )
        assert (answer.status_code, answer.json["error_code"]) == (
            410,
            "FILE_NOT_FOUND",
        )
    status = client.get(said["status_url"]).json
    assert (status["status"], status["success"]) == ("expired", True)


def test_a_file_that_somebody_removed_is_410(client, export, house):
    """Whatever our database says."""
    said = export(3).json
    shutil.rmtree(house.home / "exports" / said["data"]["export_id"])

    assert client.get(said["download_url"]).status_code == 410


@pytest.mark.parametrize(
    ("path", "body", "minutes", "left"),
    [
        ("cleanup", None, 60, 2),
        ("cleanup", {"type": "expired"}, 60, 2),
        ("cleanup", {"type": "all"}, 60, 0),
        ("cleanup", {"type": "all"}, 9, 2),
        ("cleanup/force", None, 60, 0),
        ("cleanup/force", None, 9, 2),
    ],
)
def test_only_what_is_not_new_is_cleaned_up(
    client, export, age, path, body, minutes, left
):
    """Without force only what has expired; with it nothing of the last minutes."""
    for name in ("one", "two"):
        assert export(2, filename=name).status_code == 200
    age(minutes)
    before = client.get("/api/ybb/storage/info").json["data"]
    cleaned = client.post(f"/api/ybb/{path}", json=body).json
    after = client.get("/api/ybb/storage/info").json["data"]

    assert (before["total_exports"], after["total_exports"]) == (2, left)
    assert cleaned["cleaned_count"] == cleaned["files_removed"] == 2 - left
    assert cleaned["bytes_freed"] == (
        before["total_size_bytes"] - after["total_size_bytes"]
    )


@pytest.mark.parametrize("path", ["cleanup", "cleanup/force"])
def test_only_an_admin_cleans_up(client_of, path):
    """Analysts' files are not theirs alone."""
    answer = client_of("ann@example.com", "analyst").post(f"/api/ybb/{path}")

    assert (answer.status_code, answer.json["error_code"]) == (403, "FORBIDDEN")
    assert client_of().post(f"/api/ybb/{path}").status_code == 200
