"""`/api/logs/search` and `entrepot logs search`, as people and programs ask them."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from click.testing import CliRunner

from entrepot.cli import entrepot
from tests.watch.lines.conftest import entry, fill

__all__ = ["fill"]
DAY = {"start_date": "2026-03-01", "end_date": "2026-03-01"}
ACCESS = {"logger": "entrepot.access", "endpoint": "list_crates"}


@pytest.fixture
def filled(fill):
    """Five lines, a second after each other."""
    return fill(
        [
            entry(0, message="crate lost", user_id=1),
            entry(1, message="GET /api/crates 200", status_code=200, duration_ms=7.5,
                  **ACCESS),
            entry(2, "ERROR", message="crate broke", fields={"rows": 12}),
            entry(3, "WARNING", message="GET /api/crates/7 503", status_code=503,
                  duration_ms=6200.0, **ACCESS),
            entry(4, "ERROR", message="the quay is full", job_id="7"),
        ]
    )  # fmt: skip


def messages(answer):
    """Of the lines in an answer."""
    assert answer.status_code == 200, answer.json
    return [line["message"] for line in answer.json["data"]]


SEARCHES = [
    ("level:ERROR", ["the quay is full", "crate broke"]),
    ("level:ERROR AND crate", ["crate broke"]),
    ("endpoint:/api/*", ["GET /api/crates/7 503", "GET /api/crates 200"]),
    ("duration_ms:>5000", ["GET /api/crates/7 503"]),
    ("timestamp:[2026-03-01T12:00:03Z TO *] NOT 503", ["the quay is full"]),
    ("fields.rows:12 OR job_id:7", ["the quay is full", "crate broke"]),
    ("(lost OR broke) -level:error", ["crate lost"]),
]


@pytest.mark.parametrize(("query", "found"), SEARCHES)
def test_lines_are_searched_in_a_body_and_in_an_address(client, filled, query, found):
    """Both find the same; `/api/logs` too."""
    body = {"query": query, "filters": DAY}
    dates = "start_date=2026-03-01&end_date=2026-03-01"

    assert messages(client.post("/api/logs/search", json=body)) == found
    asked = f"query={quote(query)}&{dates}"
    assert messages(client.get(f"/api/logs/search?{asked}")) == found
    assert messages(client.get(f"/api/logs?q={quote(query)}&{dates}")) == found


def test_lines_are_ordered_and_paged(client, filled):
    """By what is asked, a page at a time; the next page has an address."""
    body = {"filters": DAY, "sort": "-duration_ms", "limit": 2}
    answer = client.post("/api/logs/search", json=body)

    assert messages(answer) == ["GET /api/crates/7 503", "GET /api/crates 200"]
    assert answer.json["page"]["total"] == 5
    following = client.get(answer.json["page"]["next"])
    assert messages(following) == ["the quay is full", "crate broke"]
    body |= {"offset": 4}
    assert messages(client.post("/api/logs/search", json=body)) == ["crate lost"]


def test_what_is_wrong_is_told_with_its_place(client, filled):
    """In the name that it was given by."""
    answer = client.post("/api/logs/search", json={"query": "level:ERROR AND"})

    assert (answer.status_code, answer.json["code"]) == (400, "invalid-query")
    assert answer.json["position"] == 16
    assert answer.json["detail"] == ("query, character 16: a condition is missing here")
    answer = client.get("/api/logs/search?q=lvel:x")
    assert answer.json["detail"].startswith("q, character 1: there is no field 'lvel'")
    assert "level" in answer.json["hint"]


@pytest.mark.parametrize(
    "body",
    [
        {"query": "x" * 20_000},
        {"query": "(" * 16_000},
        {"query": "a " * 8_000},
        {"query": "NOT " * 4_000},
        {"query": 7},
        {"filters": {"start_date": "yesterday"}},
        {"sort": "message"},
        {"limit": 0},
        {"offset": -1},
    ],
)
def test_what_cannot_be_is_refused(client, filled, body):
    """However large, deep or wrong."""
    answer = client.post("/api/logs/search", json=body)

    assert (answer.status_code, answer.json["success"]) == (400, False)


def test_two_searches_in_one_address_are_refused(client, filled):
    """One of them would be lost."""
    assert client.get("/api/logs/search?q=a&query=b").status_code == 400


def test_a_long_search_is_no_fault(client, filled):
    """Of two hundred conditions, or of one word."""
    many = " OR ".join(f"fields.n{n}:{n}" for n in range(198)) + " OR broke OR lost"
    for query, found in ((many, ["crate broke", "crate lost"]), ("x" * 16_000, [])):
        body = {"query": query, "filters": DAY}
        assert messages(client.post("/api/logs/search", json=body)) == found


def test_fields_are_listed_and_searches_are_checked(client):
    """So that whoever writes one is helped."""
    fields = client.get("/api/logs/search/fields").json["data"]
    assert {"level", "timestamp", "path"} <= {field["name"] for field in fields}
    for field in fields:
        example = quote(field["example"])
        answer = client.get(f"/api/logs/search/check?query={example}")
        assert answer.status_code == 200, answer.json
    answer = client.get("/api/logs/search/check?query=a%20status:5xx")
    assert answer.json["data"] == {"query": "a AND status_code:5xx"}


def test_the_command_understands_the_same(house, filled):
    """And points at what is wrong."""

    def run(*arguments):
        return CliRunner().invoke(entrepot, ["logs", *arguments], obj=house)

    found = run("search", "level:ERROR", "AND", "crate")
    assert (found.exit_code, found.output.count("\n")) == (0, 1)
    assert "crate broke" in found.output
    assert "6200.0 ms" in run("search", "--sort", "-duration_ms").output.split("\n")[0]
    wrong = run("search", "crate AND level:loud")
    assert wrong.exit_code != 0
    assert "crate AND level:loud\n                ^\n" in wrong.output
