"""What there is to know stands at its documented addresses."""

from __future__ import annotations

import pytest

SENT = {"X-Request-ID": "asked-1"}


@pytest.mark.parametrize(
    ("path", "members"),
    [
        ("templates", ["participants", "payments", "ambassadors"]),
        ("templates/payments", ["detailed", "standard"]),
        (
            "status-mappings",
            ["form_status", "payment_status", "payment_method", "category",
             "boolean_status", "transformations"],
        ),
        (
            "system-config",
            ["limits", "exports", "chunking", "retention", "formats", "export_types",
             "templates"],
        ),
    ],
)  # fmt: skip
def test_an_answer_has_data_and_the_request_s_id(client, path, members):
    """Both words for a good end are there."""
    answer = client.get(f"/api/ybb/{path}", headers=SENT)

    assert answer.status_code == 200
    assert list(answer.json) == ["status", "success", "data", "request_id"]
    assert answer.json | {"data": None} == {
        "status": "success",
        "success": True,
        "data": None,
        "request_id": "asked-1",
    }
    assert list(answer.json["data"]) == members


def test_the_complete_template_has_all_its_columns(client):
    """39 headers, none of them twice."""
    complete = client.get("/api/ybb/templates").json["data"]["participants"]["complete"]

    assert len(set(complete["headers"])) == len(complete["headers"]) == 39
    assert complete["field_count"] == len(complete["fields"]) == 39


def test_an_unknown_type_is_404_with_those_that_are_known(client):
    """The error has the documented name."""
    answer = client.get("/api/ybb/templates/judges")

    assert (answer.status_code, answer.json["error_code"]) == (
        404,
        "TEMPLATE_NOT_FOUND",
    )
    assert answer.json["known"] == ["ambassadors", "participants", "payments"]


def test_the_limits_are_those_that_hold(client):
    """Not those of a document."""
    config = client.get("/api/ybb/system-config").json["data"]

    assert config["limits"] == {
        "max_content_length": 104_857_600,
        "max_content_length_mb": 100.0,
        "request_timeout_seconds": 300,
        "rate_limit_per_minute": 60,
        "max_concurrent_requests_per_ip": 10,
        "max_chunk_size": 1000,
    }
    assert config["chunking"] == {
        "default_chunk_size": 10_000,
        "min_chunk_size": 1,
        "max_chunk_size": 25_000,
    }
    assert config["templates"]["participants"]["complete"] == {
        "max_records_single_file": 5000,
        "recommended_chunk_size": 2000,
    }
