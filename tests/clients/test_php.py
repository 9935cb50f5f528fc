"""PHP's client against a real server: every method, and what the server refuses."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pytest
from tests.clients.php import Php, Thrown
from tests.clients.records import HOSTILE, participants

ROWS = [{"name": "Ana", "phone": "+6281", "n": 1}, {"name": "Ünal", "n": 2.5}]


def book(content):
    """Return the cells of a workbook's first sheet."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def thrown(php, method, *arguments):
    """Return what a call throws."""
    with pytest.raises(Thrown) as caught:
        php.call(method, *arguments)
    return caught.value.said


def test_it_says_that_the_service_answers(php):
    """Both ways of asking."""
    assert php.call("isServiceRunning") is True
    assert php.call("healthCheck") == {"status": "healthy"}


def test_rows_become_a_workbook(php, tmp_path):
    """The columns that are wished for, saved as a file."""
    content = php.call("arrayToExcel", ROWS, "a.xlsx", ["n", "name"])

    assert book(content) == [["n", "name"], [1, "Ana"], [2.5, "Ünal"]]


def test_a_workbook_can_be_sent_to_a_browser(php):
    """The bytes are printed as they are; what is no workbook is not."""
    said = thrown(php, "downloadExcel", "<html>", "a.xlsx")

    assert said["error_code"] == "NOT_A_WORKBOOK"


@pytest.mark.parametrize("method", ["largeArrayToExcel", "processLargeData"])
def test_many_rows_go_in_parts(php, method):
    """More than 5,000 are sent a thousand at a time; none is lost."""
    rows = [{"n": n, "phone": f"+62{n}"} for n in range(5_001)]

    found = php.call(method, rows)

    if method == "largeArrayToExcel":
        assert book(found) == [["n", "phone"], *([r["n"], r["phone"]] for r in rows)]
    else:
        assert found["data"] == rows


def test_rows_are_worked_on(php):
    """Filtered and sorted as the operations say."""
    rows = [{"n": n, "kind": "a" if n % 2 else "b"} for n in range(6)]
    wanted = [
        {"type": "filter", "column": "kind", "value": "a"},
        {"type": "sort", "column": "n", "order": "desc"},
    ]

    found = php.call("processData", rows, wanted)

    assert [row["n"] for row in found["data"]] == [5, 3, 1]
    assert found["row_count"] == 3


def test_rows_are_looked_at(php):
    """The figures stand at the top, where clients read them."""
    found = php.call("validateData", ROWS)

    assert (found["row_count"], found["column_count"]) == (2, 3)
    assert found["null_counts"]["phone"] == 1


def test_a_csv_file_becomes_a_workbook(php, tmp_path):
    """Values that look like numbers stay as they are."""
    path = tmp_path / "in.csv"
    path.write_text("code,name\n007,Ana\n+62,Ünal\n", encoding="utf-8")

    content = php.call("csvToExcel", str(path))

    assert book(content)[0] == ["code", "name"]
    assert [str(row[0]) for row in book(content)[1:]] == ["007", "+62"]
    assert thrown(php, "csvToExcel", "/nope.csv")["error_code"] == "FILE_NOT_FOUND"


def test_an_export_is_a_file_that_excel_opens(php, tmp_path):
    """It was JSON under a workbook's name before; nothing in it is damaged."""
    options = {"template": "standard", "save_to": str(tmp_path), "filename": "june"}

    said = php.call("exportYBBData", "participants", participants(3), options)

    assert said["status"] == "success"
    assert said["file_path"] == str(tmp_path / "june.xlsx")
    header, first, *_ = book((tmp_path / "june.xlsx").read_bytes())
    row = dict(zip(header, first, strict=True))
    assert row["Phone Number"] == HOSTILE["phone_number"]
    assert row["Full Name"] == HOSTILE["full_name"]
    assert row["Institution"] == "007"
    assert row["Form Status"] == "Submitted"
    assert str(row["Registration Date"]) == HOSTILE["created_at"]


def test_an_export_of_several_files_is_an_archive(php, tmp_path):
    """Each of them can be brought alone."""
    options = {"force_chunking": True, "chunk_size": 2, "format": "csv"}
    options["save_to"] = str(tmp_path)

    said = php.call("exportYBBData", "participants", participants(5), options)
    id = said["data"]["export_id"]
    second = php.call("downloadExport", id, str(tmp_path / "two.csv"), "", 2)

    with zipfile.ZipFile(said["file_path"]) as archive:
        texts = [archive.read(name).decode("utf-8-sig") for name in archive.namelist()]
    found = [list(csv.DictReader(io.StringIO(text))) for text in texts]
    assert [[row["ID"] for row in rows] for rows in found] == [
        ["1", "2"],
        ["3", "4"],
        ["5"],
    ]
    assert (tmp_path / "two.csv").read_bytes().decode("utf-8-sig") == texts[1]
    assert second.decode() == str(tmp_path / "two.csv")


def test_an_export_that_takes_its_time_is_waited_for(php, tmp_path):
    """Asked for at once, brought when it is whole."""
    options = {"async": True, "save_to": str(tmp_path / "p.xlsx")}

    said = php.call("exportYBBData", "payments", [{"id": 1}], options)

    assert said["final_status"]["status"] == "success"
    assert book((tmp_path / "p.xlsx").read_bytes())[1][0] == 1
    status = php.call("getExportStatus", said["data"]["export_id"])
    assert status["state"] == "completed"


def test_templates_are_listed(php):
    """Of one type, and of all."""
    assert sorted(php.call("getTemplates")) == [
        "ambassadors",
        "participants",
        "payments",
    ]
    assert php.call("getTemplates", "payments")["standard"]["field_count"] == 12


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["participants", []], 400, "VALIDATION_ERROR"),
        (["participants", [{"id": 1}], {"template": "x"}], 404, "TEMPLATE_NOT_FOUND"),
        (["participants", [{"id": 1}], {"filename": "../x"}], 400, "VALIDATION_ERROR"),
        (["participants", [{"n": "x" * 21_000_000}]], 413, "MEMORY_LIMIT"),
    ],
)
def test_what_the_service_refuses_is_thrown(php, arguments, status, code):
    """With its code and the request's id, and a hint where there is one."""
    said = thrown(php, "exportYBBData", *arguments)

    assert (said["status"], said["error_code"]) == (status, code)
    assert said["request_id"]


def test_nobody_comes_in_without_a_key(service):
    """The error is the service's own."""
    assert Php(service.url, service.key).call("getTemplates")
    said = thrown(Php(service.url, "ent_wrong"), "getTemplates")

    assert (said["status"], said["error_code"]) == (401, "UNAUTHORIZED")
