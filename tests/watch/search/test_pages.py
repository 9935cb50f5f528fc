"""Pages of searches: kept, found again, pointed at, taken away as files."""

from __future__ import annotations

import re
from html import unescape

import pytest

from entrepot.exports import Filter, list_exports
from entrepot.watch.lines import service
from entrepot.watch.lines.wanted import parse_wanted
from entrepot.watch.search.wording import query_of
from tests.watch.lines.conftest import entry, fill

__all__ = ["fill"]
HTML = {"Accept": "text/html"}
HERE = {"Accept": "text/html", "Origin": "http://localhost"}
PLACE = "/logs/searches"


def draft(text):
    """The search that stands in the form."""
    return unescape(re.findall(r'name="query"[^>]*>([^<]*)</textarea>', text)[0])


def test_the_log_is_searched_by_the_same_language(signed_in, fill):
    """In the field of words; all of the log with range=all."""
    fill([entry(0, message="fine"), entry(1, "ERROR", message="it broke")])
    analyst = signed_in("analyst")

    text = analyst.get("/logs?range=all&q=level:ERROR+OR+nothing", headers=HTML).text
    assert "it broke" in text
    assert ">fine<" not in text


def test_what_cannot_be_read_is_pointed_at(signed_in):
    """On the page of the log, with the search still in its field."""
    answer = signed_in("analyst").get("/logs?q=crate+AND+level:loud", headers=HTML)

    assert answer.status_code == 400
    assert "crate AND level:<mark>l</mark>oud</pre>" in answer.text
    assert 'value="crate AND level:loud"' in answer.text
    answer = signed_in("analyst", "b@example.com").get("/logs?q=a+AND", headers=HTML)
    assert "a AND<mark>␣</mark></pre>" in answer.text


def test_a_search_is_kept_found_and_removed(signed_in):
    """By its form; what is looked for now stands there already."""
    analyst = signed_in("analyst")
    asked = "q=crate+OR+quay&level=ERROR&level=CRITICAL&endpoint=health&status=5xx"
    text = analyst.get(f"{PLACE}?{asked}", headers=HTML).text
    query = draft(text)
    assert query == (
        "(crate OR quay) AND (level:ERROR OR level:CRITICAL) AND "
        'endpoint:"health" AND status_code:5xx'
    )

    given = {"name": "lost", "query": query, "is_shared": "on"}
    saved = analyst.post(PLACE, data=given, headers=HERE)
    assert (saved.status_code, saved.headers["Location"]) == (303, PLACE)
    other = signed_in("analyst", "ben@example.com")
    assert ">lost</a>" in other.get(PLACE, headers=HTML).text
    assert "/remove" not in other.get(PLACE, headers=HTML).text
    [action] = re.findall(r'action="(/logs/searches/\d+/remove)"',
                          analyst.get(PLACE, headers=HTML).text)  # fmt: skip
    assert other.post(action, headers=HERE).status_code == 403
    assert analyst.post(action, headers=HERE).status_code == 303
    assert "No search is saved yet" in analyst.get(PLACE, headers=HTML).text


@pytest.fixture
def lost(signed_in):
    """An analyst with the saved search `lost`, and its address."""
    analyst = signed_in("analyst")
    given = {"name": "lost", "query": "crate AND level:ERROR", "is_shared": "on"}
    assert analyst.post(PLACE, data=given, headers=HERE).status_code == 303
    [action] = re.findall(r'href="(/logs/searches/\d+)"',
                          analyst.get(PLACE, headers=HTML).text)  # fmt: skip
    return analyst, action


def test_a_search_is_changed_by_its_owner(lost, signed_in):
    """Name, text, what it is for and who sees it; others see it and may not."""
    analyst, place = lost
    given = {"name": "found", "query": "quay", "description": "for the morning"}
    other = signed_in("analyst", "ben@example.com")
    assert "crate AND level:ERROR" in other.get(place, headers=HTML).text
    assert f'action="{place}"' not in other.get(place, headers=HTML).text
    assert other.post(place, data=given, headers=HERE).status_code == 403

    assert analyst.post(place, data=given, headers=HERE).status_code == 303
    [one] = analyst.get("/api/logs/searches").json["data"]
    search = one["search"]
    assert {name: search[name] for name in given} == given
    assert not search["is_shared"]
    assert other.get(place, headers=HTML).status_code == 404


def test_a_wrong_change_stays_in_the_form(lost):
    """With the place where it goes wrong; nothing is changed."""
    analyst, place = lost
    answer = analyst.post(place, data={"query": "quay AND"}, headers=HERE)

    assert answer.status_code == 400
    assert "quay AND<mark>␣</mark>" in answer.text
    assert draft(answer.text) == "quay AND"
    [one] = analyst.get("/api/logs/searches").json["data"]
    assert one["search"]["query"] == "crate AND level:ERROR"


def test_the_log_offers_to_change_the_search_it_shows(lost):
    """That of the same words, and no other."""
    analyst, place = lost
    shown = analyst.get("/logs?q=crate+AND+level:ERROR", headers=HTML).text
    assert f'action="{place}"' in shown
    assert 'data-open-dialog="#change-search"' in shown

    assert place not in analyst.get("/logs?q=crate", headers=HTML).text


def test_a_search_is_scheduled(lost):
    """Among the schedules of exports; what is wrong stays in the form."""
    analyst, place = lost
    asked = analyst.get(f"{place}/schedule", headers=HTML)
    assert 'value="lost"' in asked.text
    given = {"name": "lost", "cron": "0 6 * * *", "format": "csv", "time_zone": "UTC"}
    wrong = given | {"other": "61 * * * *"}
    refused = analyst.post(f"{place}/schedule", data=wrong, headers=HERE)
    assert (refused.status_code, 'value="61 * * * *"' in refused.text) == (400, True)

    made = analyst.post(f"{place}/schedule", data=given, headers=HERE)
    assert (made.status_code, made.headers["Location"]) == (303, "/exports/schedules")
    assert ">lost<" in analyst.get("/exports/schedules", headers=HTML).text


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"name": "x", "query": "a AND"}, 400, "a AND<mark>␣</mark>"),
        ({"name": "", "query": "a"}, 400, "a saved search has one"),
        ({"name": "twice", "query": "a"}, 409, "named"),
    ],
)
def test_what_cannot_be_kept_stays_in_the_form(signed_in, given, status, said):
    """With what is wrong with it."""
    analyst = signed_in("analyst")
    analyst.post(PLACE, data={"name": "twice", "query": "b"}, headers=HERE)

    answer = analyst.post(PLACE, data=given, headers=HERE)
    assert answer.status_code == status
    assert said in answer.text
    assert draft(answer.text) == given["query"]


def test_what_a_search_finds_is_taken_away(signed_in, house, fill):
    """The receipt is shown."""
    fill([entry(0), entry(1, "ERROR", message="it broke")])
    analyst = signed_in("analyst")
    given = {"query": "broke", "format": "xlsx"}

    answer = analyst.post("/logs/export", data=given, headers=HERE)
    [receipt] = list_exports(house, Filter())
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(receipt.id)
    assert (receipt.rows, receipt.format) == (1, "xlsx")
    assert analyst.post("/logs/export", data={"query": "("}, headers=HERE).status_code \
        == 400  # fmt: skip


def test_filters_in_the_words_of_a_search_find_the_same(house, fill):
    """Each of them."""
    fill([entry(0, request_id="abcdef0123456789"),
          entry(1, "ERROR", logger="pool", endpoint="health", status_code=503,
                duration_ms=12.0, user_id=7, job_id="9"),
          entry(86_400, "ERROR", logger="pool.x")])  # fmt: skip
    for asked in (
        {"level": ["ERROR"]},
        {"level": ["ERROR", "INFO"], "logger": "pool"},
        {"request_id": "abcdef0123456789"},
        {"endpoint": "health", "status": "5xx", "min_duration_ms": 12.0},
        {"user_id": 7, "job_id": "9"},
        {"start_date": "2026-03-01T12:00:01Z"},
        {"end_date": "2026-03-01"},
        {"end_date": "2026-03-01T12:00:01Z"},
        {},
    ):
        same = parse_wanted(q=query_of(asked))
        found = service.list_lines(house, parse_wanted(**asked), limit=9)
        assert service.list_lines(house, same, limit=9).lines == found.lines


def test_viewers_see_none_of_it(signed_in):
    """They do not read the log."""
    assert signed_in("analyst").get(PLACE, headers=HTML).status_code == 200

    assert signed_in("viewer").get(PLACE, headers=HTML).status_code == 403
