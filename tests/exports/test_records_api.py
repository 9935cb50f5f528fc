"""Records that are sent with the request: processed, looked at, made a workbook."""

from __future__ import annotations

import io

import openpyxl
import pytest

PEOPLE = [
    {"id": 1, "name": "Ünal", "phone": "+6281", "points": 3},
    {"id": 2, "name": "007", "phone": None, "points": 5},
    {"id": 3, "name": "Ünal", "phone": "0812", "points": 4},
]


def post(client, path, **body):
    """Send a body; return the answer, read to its end."""
    answer = client.post(path, **body)
    answer.get_data()
    return answer


def process(client, *operations, data=PEOPLE):
    """Send records with operations; return the status and the answer."""
    body = {"data": data, "operations": list(operations)}
    answer = post(client, "/api/data/process", json=body)
    return answer.status_code, answer.get_json()


def test_data_is_processed_by_the_documents_operations(client):
    """Filter, sort and group in the short form; rows come back at the top level."""
    status, answer = process(
        client,
        {"type": "filter", "column": "points", "operator": ">=", "value": 4},
        {"type": "sort", "column": "points", "order": "desc"},
    )
    _, grouped = process(
        client,
        {"type": "group", "column": "name", "aggregate": "sum", "sum_column": "points"},
    )
    _, counted = process(
        client, {"type": "group", "column": "name", "aggregate": "count"}
    )

    assert status == 200
    assert answer.pop("request_id")
    assert answer == {
        "status": "success",
        "success": True,
        "columns": ["id", "name", "phone", "points"],
        "row_count": 2,
        "data": [PEOPLE[1], PEOPLE[2]],
    }
    assert grouped["data"] == [
        {"name": "007", "points": 5},
        {"name": "Ünal", "points": 7},
    ]
    assert counted["data"] == [
        {"name": "007", "count": 1},
        {"name": "Ünal", "count": 2},
    ]


def test_data_is_processed_by_our_operations(client):
    """The same list as exports and templates have."""
    _, answer = process(
        client,
        {"type": "derive", "column": "twice", "expression": "points * 2"},
        {"type": "select", "columns": ["twice"]},
    )

    assert answer["data"] == [{"twice": 6}, {"twice": 10}, {"twice": 8}]


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ({"type": "sort", "column": "nam"}, "operations[0]: there is no column named "
         "'nam'"),
        ({"type": "filter", "column": "id", "value": "x"},
         "operations[0]: value: id is compared with a number, not 'x'"),
        ({"type": "fly"}, "operations[0].type: invalid value 'fly'"),
        ({"type": "select"}, "operations[0]: object missing required field `columns`"),
        ({"type": "derive", "column": "x", "expression": "(SELECT 1)"},
         "operations[0]: expression: subquery is not allowed in an expression"),
    ],
)  # fmt: skip
def test_a_wrong_operation_is_named(client, operation, words):
    """By its place in the list."""
    assert process(client)[0] == 200

    status, answer = process(client, operation)

    assert (status, answer["detail"]) == (400, words)


def test_a_join_is_for_exports(client):
    """Records of a request have no other source beside them."""
    other = {"connection": "demo", "table": "t"}
    on = [{"left": "id", "right": "id"}]

    status, answer = process(client, {"type": "join", "source": other, "on": on})

    assert (status, answer["error_code"]) == (400, "VALIDATION_ERROR")


def test_a_wrong_record_is_named(client):
    """By its index and its field, whatever the route."""
    for path, member in (
        ("/api/data/process", "data"),
        ("/api/data/validate", "data"),
        ("/api/export/excel", "data"),
        ("/api/export/excel/chunked", "chunk_data"),
    ):
        raw = '{"%s": [{"a": 1}, {"a": NaN}]}' % member  # noqa: UP031  # braces
        answer = post(client, path, data=raw, content_type="application/json")

        assert answer.status_code == 400
        assert answer.get_json()["detail"].startswith(f"{member}[1].a: NaN is not JSON")


def test_no_records_are_told(client):
    """An empty array, and none at all."""
    for body in ({"data": []}, {}):
        for path in ("/api/data/process", "/api/data/validate", "/api/export/excel"):
            assert post(client, path, json=body).status_code == 400


def test_records_are_looked_at(client):
    """Types, gaps and size as they are; advice only where there is a reason."""
    body = {"data": [*PEOPLE, {"id": 4, "name": None, "phone": None, "old": None}]}

    answer = post(client, "/api/data/validate", json=body).get_json()

    assert answer.pop("request_id")
    assert 0 < answer.pop("memory_usage_mb") < 0.01
    assert answer == {
        "status": "success",
        "success": True,
        "row_count": 4,
        "column_count": 5,
        "columns": ["id", "name", "phone", "points", "old"],
        "data_types": {"id": "int64", "name": "object", "phone": "object",
                       "points": "int64", "old": "object"},
        "null_counts": {"id": 0, "name": 1, "phone": 2, "points": 1, "old": 4},
        "sample_data": [
            {"old": None, "points": None, **one} for one in body["data"]
        ],
        "recommendations": ["old is empty in every record: leave it out"],
    }  # fmt: skip


def cells(answer):
    """Return a workbook's sheet title and rows."""
    assert answer.status_code == 200, answer.get_json()
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    return sheet.title, [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_records_become_a_workbook(client):
    """Under their name and sheet, in the columns that are wanted."""
    body = {
        "data": PEOPLE,
        "filename": "../my people.xlsx",
        "sheet_name": "People",
        "columns": ["name", "id"],
        "format_options": {"column_widths": {"name": 30}, "header_style": False},
    }

    answer = post(client, "/api/export/excel", json=body)

    assert cells(answer) == (
        "People",
        [["name", "id"], ["Ünal", 1], ["007", 2], ["Ünal", 3]],
    )
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="my people.xlsx"'
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"columns": ["nam"]},
        {"format_options": {"column_widths": {"nam": 3}}},
        {"format_options": {"column_widths": {"name": -1}}},
        {"format_options": {"header_style": {"bg_color": "red"}}},
        {"filename": 7},
    ],
)
def test_a_wrong_look_is_told(client, wrong):
    """Names of columns, widths, colours."""
    good = {"data": PEOPLE}
    assert post(client, "/api/export/excel", json=good).status_code == 200

    answer = post(client, "/api/export/excel", json={**good, **wrong})

    assert answer.status_code == 400


def part(client, index, total, records, path="/api/export/excel/chunked", **more):
    """Send one part of a session."""
    body = {
        "session_id": "s-1",
        "chunk_index": index,
        "total_chunks": total,
        "chunk_data": records,
        **more,
    }
    return post(client, path, json=body)


def test_parts_become_one_workbook(client, house):
    """In the order of their numbers, with columns and types of all of them."""
    first = part(client, 1, 3, [{"id": "x", "late": 1}])
    again = part(client, 1, 3, [{"id": "x", "late": 1}])
    part(client, 0, 3, [{"id": 1}])
    last = part(client, 2, 3, [{"id": 2.5}])

    assert first.get_json().pop("request_id")
    assert first.get_json() | {"request_id": ""} == {
        "status": "chunk_received",
        "success": True,
        "session_id": "s-1",
        "chunk_index": 1,
        "total_chunks": 3,
        "request_id": "",
    }
    assert again.status_code == 200
    assert cells(last)[1] == [["id", "late"], ["1", None], ["x", 1], ["2.5", None]]
    assert list((house.home / "exports" / "sessions").iterdir()) == []


def test_parts_are_processed_together(client):
    """Each tells its rows; the last brings what came of all."""
    path, sort = "/api/data/process/chunked", [{"type": "sort", "column": "n"}]
    one = part(client, 0, 2, [{"n": 3}, {"n": 1}], path, operations=sort).get_json()
    two = part(client, 1, 2, [{"n": 2}], path, operations=sort).get_json()

    assert (one["status"], one["chunk_row_count"]) == ("chunk_processed", 2)
    assert (two["status"], two["chunk_row_count"], two["row_count"]) == (
        "completed", 1, 3,
    )  # fmt: skip
    assert two["data"] == [{"n": 1}, {"n": 2}, {"n": 3}]


def test_parts_that_do_not_fit_are_refused(client):
    """Missing, with other records, beyond the total, of another total or purpose."""
    assert part(client, 0, 3, PEOPLE).status_code == 200

    early = part(client, 2, 3, PEOPLE)
    other = part(client, 0, 3, [{"id": 9}])
    beyond = part(client, 3, 3, PEOPLE)
    total = part(client, 1, 4, PEOPLE)
    purpose = part(client, 1, 3, PEOPLE, "/api/data/process/chunked")

    answers = [early, other, beyond, total, purpose]
    assert [a.status_code for a in answers] == [409] * 5
    assert early.get_json()["missing"] == [1]
    assert cells(part(client, 1, 3, PEOPLE))[1][0] == ["id", "name", "phone", "points"]


@pytest.mark.parametrize("id", ["", "../x", "a/b", "a" * 65, "a.b", "é", "a\0"])
def test_a_session_is_never_a_path(client, house, id):
    """Its name is letters, digits, - and _."""
    assert part(client, 0, 2, PEOPLE).status_code == 200
    before = sorted(p.name for p in house.home.rglob("*"))

    assert part(client, 0, 2, PEOPLE, session_id=id).status_code == 400
    assert sorted(p.name for p in house.home.rglob("*")) == before


def test_a_session_of_somebody_else_is_refused(signed_in):
    """Whoever began it goes on with it."""
    one, other = signed_in("analyst"), signed_in("viewer")

    assert part(one, 0, 2, PEOPLE).status_code == 200
    assert part(other, 1, 2, PEOPLE).status_code == 409
    assert part(one, 1, 2, PEOPLE).status_code == 200


def test_a_csv_file_becomes_a_workbook_or_json(client):
    """Codes stay text, numbers are numbers."""

    def send(**form):
        file = (io.BytesIO(b"code;n\r\n007;1\r\n"), "list.csv")
        return post(client, "/api/upload/csv", data={"file": file, **form})

    as_json = send(format="json").get_json()

    assert cells(send()) == ("list", [["code", "n"], ["007", 1]])
    assert (as_json["data"], as_json["columns"], as_json["row_count"]) == (
        [{"code": "007", "n": 1}], ["code", "n"], 1,
    )  # fmt: skip
    assert as_json["message"] == "1 rows read"
    assert send(format="pdf").status_code == 400
    assert post(client, "/api/upload/csv").status_code == 400


def test_nothing_of_the_records_is_left(client, house):
    """When they have been answered."""
    process(client)
    post(client, "/api/export/excel", json={"data": PEOPLE})
    post(client, "/api/data/validate", json={"data": PEOPLE})

    assert list((house.home / "exports" / "spools").iterdir()) == []
