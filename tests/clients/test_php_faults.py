"""PHP's client tells what went wrong, and never saves it as a file."""

from __future__ import annotations

import hashlib
import json
import socket

import pytest
from tests.clients.php import Php, Thrown
from tests.clients.stand_in import Told, standing_in

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOOK = b"PK\x03\x04 and so on"
HTML = Told(
    status=200,
    body=b"<html><body><h1>It works!</h1><script>x</script></body></html>",
    headers={"Content-Type": "text/html; charset=utf-8"},
)
METADATA = Told(
    body=json.dumps({"status": "success", "data": {"export_id": "a"}}).encode(),
    headers={"Content-Type": "application/json", "X-Request-ID": "here-1"},
)


def file(body=BOOK, type=EXCEL, **headers):
    """Return the answer of a download."""
    name = {"Content-Disposition": 'attachment; filename="a.xlsx"'}
    return Told(body=body, headers={"Content-Type": type, **name, **headers})


def thrown(php, method, *arguments):
    """Return what a call throws."""
    with pytest.raises(Thrown) as caught:
        php.call(method, *arguments)
    return caught.value.said


def test_json_is_never_saved_as_a_workbook(tmp_path):
    """A description that comes in place of a file corrupted files before."""
    with standing_in(file(), METADATA) as server:
        php = Php(server.url)
        good = php.call("downloadExport", "a", str(tmp_path / "good.xlsx"))
        said = thrown(php, "downloadExport", "a", str(tmp_path / "bad.xlsx"))

    assert good.decode() == str(tmp_path / "good.xlsx")
    assert [p.name for p in tmp_path.iterdir()] == ["good.xlsx"]
    assert (tmp_path / "good.xlsx").read_bytes() == BOOK
    assert (said["error_code"], said["request_id"]) == ("UNEXPECTED_ANSWER", "here-1")
    assert '"export_id"' in said["message"]


def test_what_is_no_workbook_is_not_saved_by_hand_either(tmp_path):
    """`saveExcelFile` looks at what it is given."""
    php, target = Php("http://127.0.0.1:9"), tmp_path / "x.xlsx"

    assert php.call("saveExcelFile", BOOK.decode(), str(target)) is True
    assert target.read_bytes() == BOOK
    said = thrown(php, "saveExcelFile", '{"status":"success"}', str(target))
    assert said["error_code"] == "NOT_A_WORKBOOK"
    assert target.read_bytes() == BOOK


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("healthCheck", []),
        ("arrayToExcel", [[{"a": 1}]]),
        ("processData", [[{"a": 1}]]),
        ("exportYBBData", ["participants", [{"id": 1}]]),
    ],
)
def test_a_page_is_no_answer(method, arguments):
    """A proxy's page with status 200 is said to be one, by its words."""
    with standing_in(HTML) as server:
        said = thrown(Php(server.url), method, *arguments)

    assert (said["error_code"], said["status"]) == ("UNEXPECTED_ANSWER", 200)
    assert "text/html It works!x" in said["message"]


def test_a_server_that_is_not_there_is_told_of():
    """`isServiceRunning` says no, the others throw."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        php = Php(f"http://127.0.0.1:{free.getsockname()[1]}")

        assert php.call("isServiceRunning") is False
        said = thrown(php, "healthCheck")

    assert (said["error_code"], said["status"]) == ("CONNECTION_FAILED", 0)


def test_an_answer_that_is_broken_off_leaves_no_file(tmp_path):
    """Fewer bytes than were announced are no file."""
    with standing_in(Told(body=BOOK, headers=file().headers, length=999)) as server:
        said = thrown(Php(server.url), "downloadExport", "a", str(tmp_path / "a.xlsx"))

    assert said["error_code"] == "ANSWER_BROKEN_OFF"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("is_right", [True, False])
def test_a_file_is_held_against_its_hash(tmp_path, is_right):
    """What was changed on the way is not kept."""
    sha256 = hashlib.sha256(BOOK if is_right else b"another").hexdigest()
    with standing_in(file(**{"X-Content-SHA256": sha256})) as server:
        arguments = ("downloadExport", "a", str(tmp_path))
        if is_right:
            assert Php(server.url).call(*arguments).decode() == f"{tmp_path}/a.xlsx"
        else:
            assert thrown(Php(server.url), *arguments)["status"] == 200

    assert len(list(tmp_path.iterdir())) == is_right


def test_who_asks_too_often_waits_and_asks_again():
    """As long as the server says, and not for ever."""
    busy = Told(
        status=429,
        body=b'{"error_code":"RATE_LIMITED","message":"slower","request_id":"r1"}',
        headers={"Content-Type": "application/json", "Retry-After": "1"},
    )
    healthy = Told(
        body=b'{"status":"healthy"}', headers={"Content-Type": "application/json"}
    )
    with standing_in(busy, healthy, busy) as server:
        assert Php(server.url).call("healthCheck") == {"status": "healthy"}
        said = thrown(Php(server.url, settings={"retries": 0}), "healthCheck")

    assert len(server.asked) == 3
    assert said == {
        "message": "slower",
        "error_code": "RATE_LIMITED",
        "status": 429,
        "request_id": "r1",
        "hint": "",
    }


def test_the_key_goes_to_this_server_alone():
    """It is sent as a header; a redirect is not followed with it."""
    there = Told(status=302, headers={"Location": "http://127.0.0.1:9/health"})
    with standing_in(there) as server:
        said = thrown(Php(server.url, key="ent_secret"), "healthCheck")

    assert (said["status"], said["error_code"]) == (302, "UNEXPECTED_ANSWER")
    assert [asked[2]["X-API-Key"] for asked in server.asked] == ["ent_secret"]
    assert "ent_secret" not in json.dumps(said)


def test_a_name_the_server_gives_is_no_path(tmp_path):
    """A hostile one lands in the folder that was asked for."""
    (tmp_path / "in").mkdir()
    hostile = {"Content-Disposition": 'attachment; filename="../../.ssh/x.xlsx"'}
    with standing_in(file(**hostile)) as server:
        path = Php(server.url).call("downloadExport", "a", str(tmp_path / "in"))

    assert path.decode() == f"{tmp_path}/in/_.._.ssh_x.xlsx"


def test_text_that_is_not_utf8_is_told_of_by_row():
    """It is not sent with other letters in its place."""
    rows = [{"name": "Ana"}, {"name": "Ünal"}]
    with standing_in(METADATA) as server:
        assert Php(server.url).call("processData", rows)["status"] == "success"
        said = thrown(Php(server.url, is_latin1=True), "processData", rows)

    assert len(server.asked) == 1
    assert said["error_code"] == "VALIDATION_ERROR"
    assert said["message"].startswith("row 1: Malformed UTF-8")
