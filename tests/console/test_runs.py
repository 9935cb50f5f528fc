"""Runs that are started, asked for, stopped, and paged through."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.console.conftest import ENDLESS
from tests.serving.servers import until

from entrepot.base.errors import NotThere
from entrepot.base.times import now
from entrepot.composition import build_house
from entrepot.console import records, service, spools
from entrepot.console.errors import ResultElsewhere
from entrepot.console.limits import Limit
from entrepot.console.spec import LIVE, Wanted
from entrepot.console.stopping import Live, runs


def ended(house, who, id):
    """Return a run once it has ended."""
    until(lambda: service.get_run(house, who, id).state not in LIVE)
    return service.get_run(house, who, id)


@pytest.mark.usefixtures("shop")
def test_a_run_is_paged_through_without_running_again(house, anna):
    """Its rows stay as they were, in any order, in any part."""
    begun = service.start_run(house, anna, Wanted(sql="SELECT * FROM item"))
    run = ended(house, anna, begun.query_id)

    page = service.read_result(house, anna, run.query_id, offset=2_998, limit=10)
    last = service.read_result(
        house, anna, run.query_id, limit=2, columns="name", order_by="id desc"
    )

    assert (run.state, run.rows, run.truncated) == ("completed", 3_000, False)
    assert [b.to_pydict() for b in page.batches] == [
        {"id": [2_999, 3_000], "name": ["item 2999", "item 3000"]}
    ]
    assert [n for b in last.batches for n in b["name"].to_pylist()] == [
        "item 3000",
        "item 2999",
    ]
    assert page.total == 3_000


def test_rows_are_their_owners_only(shop, house, anna, ben, admin):
    """Others get 404, an admin as well; the admin sees the run itself."""
    begun = service.start_run(house, anna, Wanted(sql="SELECT 1"))
    id = ended(house, anna, begun.query_id).query_id
    assert service.read_result(house, anna, id).total == 1

    for other in (ben, admin):
        with pytest.raises(NotThere):
            service.read_result(house, other, id)
    with pytest.raises(NotThere):
        service.get_run(house, ben, id)
    assert service.get_run(house, admin, id).query_id == id
    assert shop.get(f"/api/sql/results/{id}").status_code == 404


@pytest.mark.usefixtures("shop")
def test_a_run_is_stopped(house, anna, heard):
    """It ends, its record says who wanted it, and an event counts it."""
    begun = service.start_run(house, anna, Wanted(sql=ENDLESS))

    service.stop_run(house, anna, begun.query_id)
    run = ended(house, anna, begun.query_id)

    assert (run.state, run.stopped_by) == ("stopped", "anna@example.com")
    told = [e for e in heard if type(e).__name__ == "QueryStopped"]
    assert [(e.id, e.because) for e in told] == [(run.query_id, "asked")]


@pytest.mark.usefixtures("shop")
def test_another_process_stops_a_run(house, environ, anna):
    """The one that runs it looks twice a second what people want."""
    begun = service.start_run(house, anna, Wanted(sql=ENDLESS))
    other = build_house(environ)
    assert runs(other).find(begun.query_id) is None

    began = now()
    service.stop_run(other, anna, begun.query_id)
    run = ended(house, anna, begun.query_id)

    other.close()
    assert run.state == "stopped"
    assert now() - began < timedelta(seconds=2)


@pytest.mark.usefixtures("shop")
def test_what_nobody_asks_for_is_stopped(environ, sqlite_template, anna, heard):
    """A page that is gone leaves no statement behind."""
    house = build_house({**environ, "ENTREPOT_CONSOLE_UNWATCHED_SECONDS": "2"})
    begun = service.start_run(house, anna, Wanted(sql=ENDLESS))
    live = runs(house).find(begun.query_id)

    while runs(house).find(begun.query_id):
        assert live.id == begun.query_id

    run = service.get_run(house, anna, begun.query_id)
    house.close()
    assert (run.state, run.error.detail) == ("stopped", "nobody asked for it any more")
    assert [e.because for e in heard if type(e).__name__ == "QueryStopped"] == [
        "unwatched"
    ]


@pytest.mark.usefixtures("shop")
def test_runs_of_a_dead_process_are_ended(house, anna):
    """Whoever asks for one ends those without a sign of life; nothing stays of them."""
    row = records.new_row(
        id="dead", kind="read", query_type="SELECT", connection="shop", sql="SELECT 1",
        params=[], query_id=None, by=anna.name, is_watched=False,
        at=now() - timedelta(seconds=31),
    )  # fmt: skip
    records.begin(house, row, most=Limit(9, "RUNS"))
    part = spools.path_of(house, "dead").with_suffix(".part")
    part.parent.mkdir(parents=True)
    part.touch()
    assert records.find(house, "dead").state == "running"

    run = service.get_run(house, anna, "dead")

    assert (run.state, run.error.code) == ("failed", "lost")
    assert run.error.detail == "the server that ran it ended before it was done"
    assert service.list_running(house, anna).runs == []
    assert not part.exists()


@pytest.mark.usefixtures("shop")
def test_rows_that_another_server_keeps_are_asked_for_there(
    house, environ, tmp_path, anna
):
    """Two servers share a database, and no folder: 410, and what to do."""
    address = f"sqlite:///{tmp_path}/home/entrepot.db"
    there = build_house(
        {**environ, "ENTREPOT_HOME": f"{tmp_path}/there", "DATABASE_URL": address}
    )
    begun = service.start_run(house, anna, Wanted(sql="SELECT 1"))
    assert ended(house, anna, begun.query_id).state == "completed"

    assert service.read_result(house, anna, begun.query_id).total == 1
    assert service.get_run(there, anna, begun.query_id).state == "completed"
    with pytest.raises(ResultElsewhere) as refused:
        service.read_result(there, anna, begun.query_id)

    there.close()
    assert refused.value.hint == "run it again"


def test_somebody_runs_only_so_many_at_once(ask, house):
    """The fifth is refused with 429 as long as four run; an admin has eight."""
    for n in range(8):
        row = records.new_row(
            id=f"r{n}", kind="read", query_type="SELECT", connection="shop", sql="",
            params=[], query_id=None, by="local", is_watched=False, at=now(),
        )  # fmt: skip
        if n == 7:
            assert ask("execute", query="SELECT 1")[0] == 200
        records.begin(house, row, most=Limit(9, "RUNS"))

    status, answer = ask("execute", query="SELECT 1")

    assert (status, answer["code"]) == (429, "too-many-runs")


def test_a_result_past_its_time_is_gone(shop, house):
    """410, though its file is still there."""
    id = shop.post("/api/sql/execute", json={"query": "SELECT 1"}).json["data"][
        "query_id"
    ]
    assert shop.get(f"/api/sql/results/{id}").json["data"]["rows"] == [[1]]

    past = records.Ended(
        state="completed", seconds=1, has_result=True, expires_at=now()
    )
    records.end(house, id, replace(past, columns=[]))

    assert shop.get(f"/api/sql/results/{id}").status_code == 410


def test_the_history_is_searched(ask, shop):
    """By a part of the statement, the state, page by page."""
    for name in ("a", "b", "c"):
        ask("execute", query=f"SELECT 100 AS {name}")
    ask("execute", query="SELECT 100% FROM nowhere")

    def names(address):
        answer = shop.get(address).json
        return [run["sql"] for run in answer["data"]], answer["page"]["next"]

    failed, _ = names("/api/sql/runs?state=failed")
    first, following = names("/api/sql/runs?q=SELECT 100 as&limit=2")
    rest, end = names(following)
    percent, _ = names("/api/sql/runs?q=100%25")

    assert failed == percent == ["SELECT 100% FROM nowhere"]
    assert first == ["SELECT 100 AS c", "SELECT 100 AS b"]
    assert (rest, end) == (["SELECT 100 AS a"], None)


def test_a_pulled_switch_is_told_why():
    """The first reason counts."""
    live = Live("x")

    live.stop("unwatched")
    live.stop("asked")

    assert (live.because, live.switch.is_pulled) == ("unwatched", True)
