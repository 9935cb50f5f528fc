"""Files that are sent to export from: kept for whoever sent them."""

from __future__ import annotations

import io

import openpyxl


def book():
    """Return a workbook of two sheets."""
    made = openpyxl.Workbook()
    made.active.title = "One"
    made.active.append(["code"])
    made.active.append(["007"])
    made.create_sheet("Two").append(["n"])
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def send(client, content, name):
    """Send a file as the body; return the answer."""
    return client.post("/api/exports/uploads", query_string={"name": name},
                       data=content)  # fmt: skip


def test_an_upload_tells_its_sheets(signed_in):
    """By the body or a form; for whoever sent it only."""
    one, other = signed_in("analyst"), signed_in("admin")

    answer = send(one, book(), "x.xlsx")
    form = one.post(
        "/api/exports/uploads", data={"file": (io.BytesIO(b"a\n1\n"), "y.csv")}
    )

    upload = answer.get_json()["data"]
    assert (answer.status_code, form.status_code) == (201, 201)
    assert [(s["name"], s["rows"], s["columns"]) for s in upload["sheets"]] == [
        ("One", 1, ["code"]),
        ("Two", 0, ["n"]),
    ]
    place = f"/api/exports/uploads/{upload['id']}"
    assert one.get(place).get_json()["data"] == upload
    assert other.get(place).status_code == 404


def test_an_upload_is_a_source_of_exports(client):
    """Its values are what they were."""
    upload = send(client, "code;n\n007;1\n", "x.csv").get_json()["data"]
    wanted = {"source": {"upload": upload["id"]}, "format": "csv", "wait": True}

    made = client.post("/api/exports", json=wanted).get_json()["data"]
    file = client.get(f"/api/exports/{made['id']}/download")

    assert made["status"] == "completed"
    assert file.data.decode("utf-8-sig") == "code,n\r\n007,1\r\n"


def test_an_upload_is_a_source_for_its_sender_only(signed_in):
    """Of any sheet, in a join as well."""
    one, other = signed_in("analyst"), signed_in("admin")
    upload = send(one, book(), "x.xlsx").get_json()["data"]["id"]
    own = send(other, "n\n1\n", "y.csv").get_json()["data"]["id"]

    def ask(client, source, *operations):
        body = {"source": source, "operations": list(operations), "wait": True}
        return client.post("/api/exports", json=body | {"format": "json"})

    def join(source):
        on = [{"left": "n", "right": "n"}]
        return {"type": "join", "source": source, "on": on}

    second = {"upload": upload, "sheet": "Two"}
    assert ask(one, second).get_json()["data"]["receipt"]["rows"] == 0
    assert ask(one, {"upload": upload, "sheet": "Three"}).status_code == 400
    assert ask(other, {"upload": own}).status_code == 200
    assert ask(other, second).status_code == 404
    assert ask(other, {"upload": own}, join(second)).status_code == 404
    assert ask(other, {"upload": own}, join({"spool": upload})).status_code == 400


def test_a_viewer_joins_no_query(signed_in):
    """What may not be a source may not be one by a side door."""
    viewer = signed_in("viewer")
    upload = send(viewer, "n\n1\n", "y.csv").get_json()["data"]["id"]
    query = {"connection": "depot", "query": "SELECT 1 AS n"}
    join = {"type": "join", "source": query, "on": [{"left": "n", "right": "n"}]}
    body = {"source": {"upload": upload}, "wait": True, "format": "csv"}

    assert viewer.post("/api/exports", json=body).status_code == 200
    refused = viewer.post("/api/exports", json=body | {"operations": [join]})
    assert refused.status_code == 403


def test_a_removed_upload_leaves_nothing(client, house):
    """Neither rows nor a note."""
    upload = send(client, book(), "x.xlsx").get_json()["data"]
    place = f"/api/exports/uploads/{upload['id']}"

    assert client.delete(place).get_json()["data"] == {"id": upload["id"]}

    assert client.get(place).status_code == 404
    left = [p for p in (house.home / "exports").rglob("*") if p.is_file()]
    assert left == []


def test_what_is_no_upload_is_told(client):
    """No file, no kind, no such id."""
    assert client.post("/api/exports/uploads").status_code == 400
    assert send(client, "x", "x.exe").status_code == 400
    assert client.get("/api/exports/uploads/..%2Fx").status_code == 404
