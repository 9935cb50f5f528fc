"""Searches that are kept: whose they are, who sees them, and that they find."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from entrepot.base.errors import Denied, NotThere, TooMuch
from entrepot.base.identity import Identity
from entrepot.cli import entrepot
from entrepot.watch.errors import SearchNameTaken
from entrepot.watch.events import SearchChanged, SearchRemoved, SearchSaved
from entrepot.watch.search import saved
from entrepot.watch.search.saved import SearchChange, SearchWanted
from tests.watch.lines.conftest import entry, fill

__all__ = ["fill"]
ANN = Identity(name="ann@example.com", role="analyst")
BEN = Identity(name="ben@example.com", role="analyst")
EVE = Identity(name="eve@example.com", role="admin")
OURS = SearchWanted(name="errors", query="level:>=ERROR", is_shared=True)
MINE = SearchWanted(name="mine", query="level:>=ERROR")
ADDRESS = "/api/logs/searches"


def names(house, who):
    """Of the searches that somebody sees."""
    return [one.name for one in saved.list_searches(house, who)]


def test_a_shared_search_is_everybodys_to_see_and_ones_own_to_change(house):
    """A private one is nobody else's, nor an admin's."""
    ours = saved.save_search(house, ANN, OURS)
    mine = saved.save_search(house, ANN, MINE)
    change = SearchChange(query="level:CRITICAL")

    assert names(house, ANN) == ["errors", "mine"]
    assert names(house, BEN) == names(house, EVE) == ["errors"]
    assert saved.change_search(house, ANN, ours.id, change).query == "level:CRITICAL"
    with pytest.raises(Denied):
        saved.change_search(house, BEN, ours.id, change)
    for who in (BEN, EVE):
        with pytest.raises(NotThere):
            saved.remove_search(house, who, mine.id)
    assert not saved.get_search(house, BEN, ours.id).is_mine
    saved.remove_search(house, EVE, ours.id)
    assert names(house, ANN) == ["mine"]


def test_a_name_is_of_one_search_a_person(house):
    """One's own goes before a shared one."""
    saved.save_search(house, ANN, OURS)
    other = saved.save_search(house, BEN, SearchWanted(name="errors", query="broke"))

    assert saved.find_search(house, BEN, "errors").query == "broke"
    assert saved.find_search(house, EVE, "errors").query == "level:>=ERROR"
    with pytest.raises(SearchNameTaken):
        saved.save_search(house, ANN, OURS)
    saved.change_search(house, BEN, other.id, SearchChange(name="broken"))
    with pytest.raises(NotThere, match="nope"):
        saved.find_search(house, BEN, "nope")


def test_what_is_kept_is_bounded(house, monkeypatch):
    """Nobody fills the database."""
    monkeypatch.setattr(saved, "MOST", 1)
    saved.save_search(house, ANN, OURS)

    with pytest.raises(TooMuch):
        saved.save_search(house, ANN, MINE)
    saved.save_search(house, BEN, MINE)


def test_what_changes_is_told(house, heard):
    """For the record."""
    id = saved.save_search(house, ANN, OURS).id
    change = SearchChange(name="all", query=OURS.query)
    saved.change_search(house, ANN, id, change)
    saved.change_search(house, ANN, id, change)
    saved.remove_search(house, ANN, id)

    kinds = (SearchSaved, SearchChanged, SearchRemoved)
    assert [event for event in heard if isinstance(event, kinds)] == [
        SearchSaved(id=id, name="errors", is_shared=True),
        SearchChanged(id=id, name="all", changed=("name",)),
        SearchRemoved(id=id, name="all"),
    ]


def test_searches_are_kept_by_the_api(client, fill):
    """And lead to what they find."""
    fill([entry(0), entry(1, "ERROR", message="it broke")])
    body = {"name": "broken", "query": "level:ERROR timestamp:2026-03-01"}
    answer = client.post(ADDRESS, json=body)

    assert answer.status_code == 201, answer.json
    told = answer.json["data"]
    lines = client.get(told["lines_url"]).json["data"]
    assert [line["message"] for line in lines] == ["it broke"]
    place = f"{ADDRESS}/{told['search']['id']}"
    changed = client.patch(place, json={"is_shared": True}).json["data"]["search"]
    assert (changed["is_shared"], changed["name"]) == (True, "broken")
    assert client.get(place).json == client.get(ADDRESS).json | {
        "data": client.get(ADDRESS).json["data"][0]
    }
    assert client.delete(place).status_code == 200
    assert client.get(place).status_code == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "x", "query": "a AND"}, "invalid-query"),
        ({"name": "", "query": "a"}, "invalid"),
        ({"name": " ", "query": "a"}, "invalid-value"),
        ({"name": "x" * 201, "query": "a"}, "invalid"),
        ({"name": "a\0b", "query": "a"}, "invalid-value"),
        ({"name": "x", "query": "a\0"}, "invalid-value"),
    ],
)
def test_what_cannot_be_kept_is_refused(client, body, code):
    """And nothing is kept of it."""
    answer = client.post(ADDRESS, json=body)

    assert (answer.status_code, answer.json["code"]) == (400, code)
    assert client.get(ADDRESS).json["data"] == []


def test_viewers_keep_none(signed_in):
    """They do not read the log."""
    assert signed_in("analyst").get(ADDRESS).status_code == 200

    assert signed_in("viewer").get(ADDRESS).status_code == 403


def test_searches_are_kept_and_files_made_by_command(house, fill, tmp_path):
    """By the same service."""
    fill([entry(0), entry(1, "ERROR", message="it broke")])

    def run(*arguments):
        return CliRunner().invoke(entrepot, ["logs", *arguments], obj=house)

    assert run("searches", "save", "mine", "level:ERROR").exit_code == 0
    assert "level:ERROR" in run("searches", "list").output
    assert run("search", "--saved", "mine").output.count("\n") == 1
    file = tmp_path / "lines.csv"
    made = run("export", "level:ERROR", "-o", str(file))
    assert made.exit_code == 0, made.output
    assert file.read_text().count("\n") == 2
    assert run("searches", "save", "x", "(").exit_code != 0
    assert run("searches", "delete", "mine").exit_code == 0
    assert run("search", "--saved", "mine").exit_code != 0
