"""The pages of the log and the dashboard: who may see them, and what stands when."""

from __future__ import annotations

import re
from html import unescape

import pytest

from entrepot.watch.lines import service
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Wanted
from tests.pages.lines import FAILED, entry, write

HTML = {"Accept": "text/html"}
HERE = {"Origin": "http://localhost"}


@pytest.fixture
def look(signed_in):
    """A function that gets a page as somebody of a role."""

    def get(role, path):
        return signed_in(role).get(path, headers=HTML)

    return get


@pytest.mark.parametrize("path", ["/logs", "/logs/new/0", "/logs/1", "/logs/1/open"])
def test_lines_are_for_analysts(signed_in, house, path):
    """They tell of other people; a viewer is told which role may."""
    write(house, entry("Something happened"))
    analyst, viewer = signed_in("analyst"), signed_in("viewer")

    assert analyst.get(path, headers=HTML).status_code == 200
    refused = viewer.get(path, headers=HTML)
    assert refused.status_code == 403
    assert "This page is for the role analyst and above" in refused.text


def test_the_dashboard_is_for_viewers(look, house):
    """Its numbers, not the lines."""
    write(house, entry(FAILED, level="ERROR"))

    mine, analysts = look("viewer", "/dashboard"), look("analyst", "/dashboard")

    assert (mine.status_code, analysts.status_code) == (200, 200)
    assert "Lines of the log are for the role analyst" in mine.text
    assert (FAILED in mine.text, FAILED in analysts.text) == (False, True)


def test_a_log_without_lines_says_so(look, house):
    """What will come, and how."""
    before = look("analyst", "/logs?logger=entrepot.nobody")

    assert before.status_code == 200
    assert "No line in the last 1 h" in before.text


def test_lines_of_another_time_are_pointed_at(signed_in, house):
    """Where the time chosen has none."""
    write(house, entry("Long ago", ago=5 * 3600, logger="entrepot.old"))
    analyst, path = signed_in("analyst"), "/logs?logger=entrepot.old"

    text = analyst.get(path, headers=HTML).text
    wide = analyst.get(f"{path}&range=all", headers=HTML).text

    assert "At another time there are some" in text
    assert ("Long ago" in text, "Long ago" in wide) == (False, True)


def test_only_admins_empty_the_log(signed_in, house):
    """They are told what goes; then it is gone."""
    write(house, entry("One"), entry("Two"))
    admin, analyst = signed_in("admin"), signed_in("analyst")
    asked = admin.get("/logs/clear", headers=HTML).text
    refused = analyst.post("/logs/clear", headers=HERE)
    kept = service.list_lines(house, Wanted(q="One"), limit=9).total
    done = admin.post("/logs/clear", headers=HERE)

    assert "lines," in asked
    assert (refused.status_code, kept) == (403, 1)
    assert (done.status_code, done.headers["Location"]) == (303, "/logs")
    assert service.list_lines(house, Wanted(q="One"), limit=9).total == 0


def test_a_log_that_cannot_be_read_is_said(signed_in, house):
    """In the place of the lines and the numbers; the frame stays."""
    analyst = signed_in("analyst")
    write(house, entry("One"))
    shown = analyst.get("/logs", headers=HTML).status_code
    path = log_store(house).path
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    path.mkdir()

    logs = analyst.get("/logs", headers=HTML)
    dashboard = analyst.get("/dashboard", headers=HTML)

    assert (shown, logs.status_code, dashboard.status_code) == (200, 503, 503)
    assert 'id="log-filters"' in logs.text
    assert 'class="problem' in dashboard.text
    assert "Our own database" in dashboard.text


def test_the_json_link_asks_for_the_same(signed_in, house):
    """The filters' names are the API's, and it answers them."""
    analyst = signed_in("analyst")
    write(house, entry("Broke down", level="ERROR"), entry("Went well"))

    text = analyst.get("/logs?q=Broke&level=ERROR&min_duration_ms=", headers=HTML).text
    link = unescape(re.findall(r'href="(/api/logs\?[^"]+)"', text)[0])
    answer = analyst.get(link)

    assert [line["message"] for line in answer.json["data"]] == ["Broke down"]


@pytest.mark.parametrize("given", ["endpoint=home", "status=5xx", "min_duration_ms=3"])
def test_every_filter_has_its_name_in_the_api(signed_in, given):
    """None is refused there."""
    analyst = signed_in("analyst")

    text = analyst.get(f"/logs?{given}", headers=HTML).text
    link = unescape(re.findall(r'href="(/api/logs\?[^"]+)"', text)[0])

    assert given in link
    assert analyst.get(link).status_code == 200


def test_a_line_belongs_to_the_log(signed_in, house):
    """The rail says so; its links narrow a time that it is in."""
    write(house, entry("Five hours ago", ago=5 * 3600))

    text = signed_in("analyst").get("/logs/1", headers=HTML).text

    assert '<a href="/logs" title="Logs" aria-current="page"' in text
    assert "/logs?range=6h&amp;logger=entrepot.exports" in text
