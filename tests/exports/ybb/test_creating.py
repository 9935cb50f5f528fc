"""Records that are posted become a file of their template, whole and undamaged."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from tests.clients.records import HOSTILE

SENT = {"X-Request-ID": "asked-1"}
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_a_file_is_made_while_the_request_waits(client, export, rows_of):
    """The answer says where it is; nothing in it is damaged, codes are words."""
    said = export(3, template="standard", format="csv", headers=SENT).json

    assert (said["status"], said["state"], said["request_id"]) == (
        "success",
        "completed",
        "asked-1",
    )
    answer = client.get(said["data"]["download_url"], buffered=True)
    rows = rows_of(answer.data)
    assert len(rows) == said["data"]["record_count"] == 3
    assert len(answer.data) == said["data"]["file_size"]
    assert rows[0] | {"Payment Status": ""} == {
        "ID": "1",
        "Full Name": HOSTILE["full_name"],
        "Email": f"'{HOSTILE['email']}",
        "Country": "N/A",
        "Institution": "007",
        "Phone Number": "+6281234567",
        "Category": "Fully Funded",
        "Form Status": "Submitted",
        "Payment Status": "",
        "Registration Date": "2025-08-01 10:11:12",
    }
    assert [row["Form Status"] for row in rows] == ["Submitted"] * 3
    assert [row["Payment Status"] for row in rows] == [
        "Pending",
        "Success",
        "Cancelled",
    ]


def test_figures_are_measured(export):
    """Time, memory and pace are those of this export."""
    metrics = export(50).json["performance_metrics"]

    assert 0 < metrics["total_processing_time_seconds"] < 30
    assert 0 < metrics["data_preparation_time_seconds"] < 30
    assert 20 < metrics["peak_memory_mb"] < 2_000
    assert metrics["memory_used_mb"] < metrics["peak_memory_mb"]
    assert metrics["records_per_second"] > 1
    assert metrics["efficiency_metrics"]["kb_per_record"] > 0


def test_a_workbook_has_the_names_of_the_document(client, export):
    """Of the file by type, template, id and time; of the sheet by type and month."""
    data = export(2).json["data"]
    content = client.get(data["download_url"], buffered=True).data

    wanted = rf"participants_standard_{data['export_id'][:8]}_\d\d-\d\d-\d{{4}}_\d{{6}}"
    assert re.fullmatch(wanted + r"\.xlsx", data["file_name"])
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert re.fullmatch(r"Participants \w{3} \d{4}", book.sheetnames[0])
    assert book.worksheets[0].max_row == 3


def test_names_that_are_wished_for_are_given(client, export):
    """Made safe, with the format's own extension."""
    said = export(2, filename="Jun:e / 2025.csv", sheet_name="Who comes").json
    content = client.get(said["download_url"], buffered=True).data

    assert said["data"]["file_name"] == "Jun_e _ 2025.xlsx"
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == ["Who comes"]


def test_a_caller_may_take_the_file_at_once(client, export):
    """By what it accepts, or by saying so."""
    asked = export(2, response_mode="file")
    accepted = export(2, headers={"Accept": EXCEL}, filename="b")

    assert [answer.status_code for answer in (asked, accepted)] == [200, 200]
    assert [answer.content_type for answer in (asked, accepted)] == [EXCEL, EXCEL]
    assert zipfile.ZipFile(io.BytesIO(accepted.data)).testzip() is None
    assert accepted.headers["Content-Disposition"] == "attachment; filename=b.xlsx"
    status = client.get(f"/api/ybb/export/{accepted.headers['X-Export-Id']}/status")
    assert status.json["status"] == "success"


@pytest.mark.parametrize(
    ("accepted", "type"),
    [
        ("*/*", "application/json"),
        (f"application/json, {EXCEL}", "application/json"),
        (f"application/json;q=0.5, {EXCEL}", EXCEL),
    ],
)
def test_who_takes_anything_gets_the_description(export, accepted, type):
    """As programs do that say nothing of what they accept."""
    answer = export(2, headers={"Accept": accepted})

    assert answer.content_type == type


@pytest.mark.parametrize("format", ["csv", "excel"])
def test_several_files_are_an_archive(client, export, format):
    """Each with so many records; all of them together, or one alone."""
    said = export(
        5, force_chunking=True, chunk_size=2, format=format, filename="j"
    ).json
    archive = client.get(said["data"]["archive"]["zip_file_url"], buffered=True)
    extension = "xlsx" if format == "excel" else "csv"

    assert said["export_strategy"] == "multi_file"
    assert [file["file_name"] for file in said["data"]["individual_files"]] == [
        f"j_batch_{number}_of_3.{extension}" for number in (1, 2, 3)
    ]
    with zipfile.ZipFile(io.BytesIO(archive.data)) as found:
        for file in said["data"]["individual_files"]:
            alone = client.get(file["file_url"], buffered=True)
            assert alone.data == found.read(file["file_name"])
            assert len(alone.data) == file["file_size"]
            assert file["file_name"] in alone.headers["Content-Disposition"]
    assert said["system_info"]["chunk_size"] == 2
    assert archive.headers["Content-Type"] == "application/zip"


def test_more_than_a_template_allows_are_several_files(export):
    """In files of the size that it recommends."""
    said = export(5001, template="complete", format="csv", **{"async": False}).json

    assert [f["record_count"] for f in said["data"]["individual_files"]] == [
        2000,
        2000,
        1001,
    ]
    assert said["data"]["individual_files"][2]["record_range"] == "4001-5001"


def test_filters_and_order_are_applied_and_said(client, export, rows_of):
    """Values as texts mean the same as numbers."""
    said = export(
        9,
        format="csv",
        filters={"payment_status": [1, "2"], "id": {"lt": 7}, "nothing": ""},
        options={"sort_by": "id", "sort_order": "desc"},
    ).json
    rows = rows_of(client.get(said["download_url"], buffered=True).data)

    assert [row["ID"] for row in rows] == ["6", "2", "1"]
    assert said["system_info"]["filters_applied"] == {
        "payment_status": [1, "2"],
        "id": {"lt": 7},
    }


def test_what_is_wanted_later_waits_for_a_worker(client, export):
    """The answer comes at once; the file is not there yet."""
    answer = export(3, **{"async": True})
    status = client.get(answer.json["status_url"])
    early = client.get(answer.json["download_url"], buffered=True)

    assert (answer.status_code, answer.json["state"]) == (202, "queued")
    assert (status.json["status"], status.json["record_count"]) == ("queued", 3)
    assert status.json["queue_position"] == 1
    assert (early.status_code, early.json["error_code"]) == (409, "EXPORT_NOT_READY")
    assert int(early.headers["Retry-After"]) >= 1


@pytest.mark.parametrize(
    ("more", "status", "code", "said"),
    [
        ({"data": []}, 400, "VALIDATION_ERROR", "no data to export"),
        ({"data": "x"}, 400, "VALIDATION_ERROR", "data"),
        ({"data": [{"id": 1}, 7]}, 400, "VALIDATION_ERROR", "data[1]"),
        ({"template": "nope"}, 404, "TEMPLATE_NOT_FOUND", "'nope'"),
        ({"format": "pdf"}, 400, "VALIDATION_ERROR", "'pdf'"),
        ({"filename": "../../etc/passwd"}, 400, "VALIDATION_ERROR", "filename"),
        ({"sheet_name": "a/b"}, 400, "VALIDATION_ERROR", "sheet_name"),
        ({"chunk_size": 0}, 400, "VALIDATION_ERROR", "chunk_size"),
        ({"filters": {"nope": 1}}, 400, "VALIDATION_ERROR", "'nope'"),
        ({"options": {"sort_by": "1;--"}}, 400, "VALIDATION_ERROR", "'1;--'"),
        (
            {"async": True, "response_mode": "file"},
            400,
            "VALIDATION_ERROR",
            "response_mode",
        ),
    ],
)
def test_what_is_wrong_is_said(export, house, more, status, code, said):
    """By its name; nothing of the records is kept."""
    assert export(1).status_code == 200
    answer = export(1, **more)

    assert (answer.status_code, answer.json["error_code"]) == (status, code)
    assert said in answer.json["message"]
    assert list((house.home / "exports" / "spools").iterdir()) == []


def test_json_is_a_document_that_says_what_it_holds(client, export):
    """Its objects are keyed by field; the headers stand beside them."""
    said = export(2, kind="ambassadors", data=[{"id": 7, "name": "Ana"}], format="json")
    document = client.get(said.json["download_url"], buffered=True).json

    assert said.json["system_info"]["format"] == "json"
    assert list(document) == [
        "export_type",
        "template",
        "generated_at",
        "record_count",
        "columns",
        "data",
    ]
    assert (document["export_type"], document["template"]) == (
        "ambassadors",
        "standard",
    )
    assert document["record_count"] == 1
    assert document["columns"][1] == {"field": "name", "header": "Ambassador Name"}
    assert (document["data"][0]["id"], document["data"][0]["name"]) == (7, "Ana")


def test_a_word_that_nobody_knows_is_a_warning(export):
    """The export is made all the same."""
    said = export(1, templat="complete").json

    assert said["warnings"] == [
        "'templat' is no member of this request and was left aside; "
        "did you mean 'template'?"
    ]
