"""Pages of jobs: who sees which, what comes again, what the top bar tells."""

from __future__ import annotations

import pytest

from entrepot.app import create_app
from entrepot.base.times import now
from entrepot.web.guard import Identity

ANN, BEN = "ann@example.com", "ben@example.com"


@pytest.fixture
def sign_in(both):
    """A function that gives a test client of somebody."""

    def client(name=ANN, role="viewer"):
        who = Identity(name=name, role=role, via="token")
        return create_app(both, identify=lambda request: who).test_client()

    return client


def test_people_see_their_own_jobs(sign_in, add_job):
    """Others' are neither in the list nor alone, and cannot be ended."""
    hers, his = add_job(requested_by=ANN), add_job(requested_by=BEN)
    ann = sign_in()
    listed = ann.get("/jobs").text

    assert (f"job-{hers}" in listed, f"job-{his}" in listed) == (True, False)
    assert ann.get(f"/jobs/{hers}").status_code == 200
    assert ann.get(f"/jobs/{his}").status_code == 404
    assert ann.post(f"/jobs/{his}/cancel").status_code == 404
    assert ann.post(f"/jobs/{hers}/cancel").status_code == 303
    assert f"job-{his}" in sign_in("ada@example.com", "admin").get("/jobs").text


def test_schedules_are_for_admins(sign_in):
    """Nobody else is led there."""
    ann = sign_in(role="analyst")

    assert ann.get("/jobs/schedules").status_code == 403
    assert "/jobs/schedules" not in ann.get("/jobs").text


def test_the_top_bar_tells_of_what_runs(sign_in, add_job):
    """Hidden while nothing does; of one's own jobs only."""
    ann = sign_in()
    assert 'title="0 jobs running" hidden>' in ann.get("/keys").text
    add_job("running", started_at=now(), requested_by=BEN)
    add_job("running", started_at=now(), requested_by=ANN)
    told = ann.get("/jobs/running")

    assert 'title="1 job running">' in told.text
    again = ann.get("/jobs/running", headers={"If-None-Match": told.headers["ETag"]})
    assert again.status_code == 304


def test_what_cannot_be_done_any_more_is_told_on_the_page(sign_in, add_job):
    """The job ended before the button was pressed."""
    id = add_job("completed", requested_by=ANN)
    answer = sign_in().post(f"/jobs/{id}/cancel")

    assert answer.status_code == 409
    assert "completed" in answer.text


def test_jobs_that_no_worker_does_are_a_warning(sign_in, add_job, add_worker):
    """Until one lives."""
    add_job(requested_by=ANN)
    ann = sign_in()
    assert "No worker is there" in ann.get("/jobs").text
    add_worker("host-1")

    assert "No worker is there" not in ann.get("/jobs").text


def test_a_page_of_trouble_asks_nothing_of_jobs(sign_in, add_job):
    """What is wrong may be what it would ask."""
    add_job("running", started_at=now(), requested_by=ANN)
    ann = sign_in()

    assert 'id="running"' in ann.get("/keys").text
    assert 'id="running"' not in ann.get("/no/such/page").text
