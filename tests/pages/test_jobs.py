"""Jobs as they get on before somebody's eyes, and schedules made by form."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, select

from entrepot.base.times import now
from entrepot.jobs import Job, Wanted, find_job, submit_job
from entrepot.jobs.models import Schedule
from tests.pages import work


@pytest.fixture
def house(site):
    """The served house."""
    return site.app.extensions["house"]


@pytest.fixture
def job(house):
    """A job that runs, and is taken away at the end; a function that changes it."""
    id = submit_job(house, Wanted(kind="operations.clean_up", title="Tidy the quay"))

    def change(**values):
        with house.store.session() as session:
            row = session.scalars(select(Job).where(Job.job_uuid == id)).one()
            for name, value in values.items():
                setattr(row, name, value)
        return id

    change(status="running", started_at=now(), rows_done=10, rows_total=100)
    yield change
    with house.store.session() as session:
        session.execute(delete(Job).where(Job.job_uuid == id))


def test_a_job_gets_on_before_ones_eyes(page, job):
    """Its bar moves, then its end is told; nothing is reloaded."""
    page.goto("/jobs")
    page.evaluate("document.body.dataset.same = 'yes'")
    row = page.locator(f"#job-{job()}")
    expect(row).to_contain_text("10 % · 10 rows")

    job(rows_done=60)
    expect(row).to_contain_text("60 % · 60 rows")
    expect(row.locator("progress")).to_have_attribute("value", "60.0")

    job(status="completed", completed_at=now())
    expect(row.locator(".badge")).to_have_text("Done")
    expect(page.locator("#announce")).to_have_text("Tidy the quay: done")
    expect(page.locator("body[data-same]")).to_have_count(1)


def test_a_new_job_comes_on_top_where_it_is_wanted(page, job, house):
    """Among those that run, not among those that failed."""
    for state, count in (("failed", 0), ("running", 1)):
        page.goto(f"/jobs?state={state}")
        id = submit_job(house, Wanted(kind="operations.clean_up", title="Late"))
        with house.store.session() as session:
            row = session.scalars(select(Job).where(Job.job_uuid == id)).one()
            row.status = "running"
        if count:
            expect(page.locator("#jobs > .job").first).to_contain_text("Late")
        else:
            with page.expect_response("**/jobs/changes*"):
                pass
            expect(page.locator(f"#job-{id}")).to_have_count(0)
        with house.store.session() as session:
            session.execute(delete(Job).where(Job.job_uuid == id))


def test_the_top_bar_tells_how_many_run(page, job):
    """On any page; it leads to them."""
    page.goto("/keys")
    expect(page.locator("#running")).to_contain_text("3running")
    job(status="completed", completed_at=now())
    expect(page.locator("#running")).to_contain_text("2running")

    page.locator("#running").click()
    expect(page.locator("#jobs > .job")).to_have_count(2)


@pytest.mark.parametrize("kind", ["page", "plain"])
def test_a_job_is_cancelled(request, kind, job, house):
    """With scripts and without; no worker has it, so that it is over at once."""
    screen = request.getfixturevalue(kind)
    screen.goto("/jobs")
    screen.get_by_role("button", name="Cancel Tidy the quay").click()

    expect(screen.locator(f"#job-{job()} .badge")).to_have_text("Cancelled")
    screen.get_by_role("button", name="Begin anew: Tidy the quay").click()
    expect(screen.locator(f"#job-{job()}")).to_contain_text("Waiting for a free worker")
    found = find_job(house, job())
    assert (found.state, found.attempts) == ("pending", 0)


def test_a_job_alone_gets_on_too(page, job):
    """With what was asked of it, and its end."""
    page.goto(f"/jobs/{job()}")
    expect(page.locator("#job-live")).to_contain_text("10 %")
    job(rows_done=60)
    expect(page.locator("#job-live")).to_contain_text("60 %")
    job(status="failed", completed_at=now(), error_message="the disk is full")

    expect(page.locator(".notice.bad")).to_contain_text("the disk is full")
    expect(page.get_by_role("button", name="Try it again")).to_be_visible()


@pytest.mark.parametrize("kind", ["page", "plain"])
def test_a_schedule_is_made_by_form(request, kind, house):
    """What is wrong is told, its times are shown, and it is kept, run and removed."""
    screen = request.getfixturevalue(kind)
    screen.goto("/jobs/schedules/new")
    screen.get_by_label("Name").fill("Tidy at dawn")
    screen.get_by_label("What is done").select_option("operations.clean_up")
    screen.get_by_label("Times").fill("0 25 * * *")
    screen.get_by_role("button", name="Show its next times").click()
    expect(screen.locator(".problem")).to_contain_text("0 25 * * *")

    screen.get_by_label("Times").fill("30 5 * * *")
    screen.get_by_label("Time zone").fill("Asia/Jakarta")
    screen.get_by_role("button", name="Show its next times").click()
    expect(screen.locator("#times li")).to_have_count(5)
    expect(screen.locator("#times li").first).to_contain_text("22:30:00 UTC")
    screen.get_by_role("button", name="Make the schedule").click()

    screen.get_by_role("button", name="Pause Tidy at dawn").click()
    line = screen.locator("tr", has_text="Tidy at dawn")
    expect(line).to_contain_text("Paused")
    line.get_by_role("button", name="Run now: Tidy at dawn").click()
    expect(screen.locator("h1")).to_have_text("Tidy at dawn")
    id = screen.url.rpartition("/")[2]
    screen.get_by_role("link", name="schedule:Tidy at dawn").click()
    screen.get_by_role("link", name="Remove").click()
    screen.get_by_role("button", name="Remove it").click()
    expect(screen.locator("table")).not_to_contain_text("Tidy at dawn")
    with house.store.session() as session:
        session.execute(delete(Job).where(Job.job_uuid == id))
        left = select(Schedule.name).where(Schedule.name == "Tidy at dawn")
        assert session.scalars(left).all() == []


def test_a_shipped_schedule_keeps_its_work(plain):
    """Its time can be changed and changed back; nothing offers to remove it."""
    plain.goto("/jobs/schedules/Back%20up%20the%20database")
    expect(plain.get_by_role("link", name="Remove")).to_have_count(0)
    expect(plain.locator("#parameters")).to_have_count(0)
    for cron in ("15 2 * * *", "0 2 * * *"):
        plain.get_by_label("Times").fill(cron)
        plain.get_by_role("button", name="Save the schedule").click()
        line = plain.locator("tr", has_text="Back up the database")
        expect(line.locator("code")).to_have_text(cron)
        line.get_by_role("link", name="Change").click()


def test_who_did_what_is_on_the_page_of_one_job(plain):
    """A finished one tells its result, one that gave up why, with ways on."""
    plain.goto(f"/jobs/{work.DONE}")
    expect(plain.locator("main")).to_contain_text("204 MB")
    plain.goto(f"/jobs/{work.DEAD}")
    expect(plain.locator(".notice.bad")).to_contain_text("killed its worker 3 times")
    expect(plain.get_by_role("button", name="Begin it anew")).to_be_visible()
