"""Work that is wanted again and again, as people ask for it."""

from __future__ import annotations

import pytest

from entrepot.base.acting import Actor, acting_as
from entrepot.base.errors import (
    Conflict,
    IllegalMove,
    InvalidValue,
    NotThere,
    UnknownName,
)
from entrepot.base.times import now
from entrepot.jobs import (
    ScheduleChange,
    ScheduleWanted,
    change_schedule,
    get_job_seen,
    get_schedule,
    list_schedules,
    next_time,
    pause_schedule,
    run_schedule,
    schedule_job,
    unschedule,
    wake_schedule,
)
from entrepot.jobs.models import Schedule
from entrepot.jobs.schedule_events import ScheduleChanged, ScheduleGone, ScheduleMade

DAILY = ScheduleWanted(
    name="daily", kind="test.rest", cron="0 6 * * *", parameters={"a": 1}
)


@pytest.fixture(autouse=True)
def kind(add_kind):
    """A kind of job to schedule."""
    return add_kind("test.rest")


def test_a_schedule_knows_when_it_is_due(both):
    """In its zone, and who wanted it."""
    with acting_as(Actor(name="ann@example.com", kind="person")):
        made = schedule_job(both, DAILY)

    assert made == get_schedule(both, "daily")
    assert made.next_at == next_time("0 6 * * *", "UTC", after=now())
    assert (made.by, made.parameters, made.last_job) == (
        "ann@example.com",
        {"a": 1},
        "",
    )


def test_a_paused_schedule_is_never_due(both):
    """Until it is woken."""
    schedule_job(both, DAILY)

    assert pause_schedule(both, "daily").next_at is None
    assert wake_schedule(both, "daily").next_at is not None


def test_other_times_make_it_due_then(both):
    """What is not named stays."""
    schedule_job(both, DAILY)
    changed = change_schedule(
        both, "daily", ScheduleChange(cron="30 7 * * *", time_zone="Asia/Jakarta")
    )

    assert changed.next_at == next_time("30 7 * * *", "Asia/Jakarta", after=now())
    assert (changed.parameters, changed.is_paused) == ({"a": 1}, False)


def test_it_can_be_done_now(both):
    """The job is there, and the schedule knows it."""
    schedule_job(both, DAILY)
    id = run_schedule(both, "daily")

    job = get_job_seen(both, id)
    assert (job.kind, job.subject) == ("test.rest", "schedule:daily")
    seen = get_schedule(both, "daily")
    assert (seen.last_job, seen.last_state) == (id, "pending")


def test_schedules_are_listed_by_name_and_by_whom(both):
    """All, or somebody's."""
    with acting_as(Actor(name="ben@example.com", kind="person")):
        schedule_job(both, ScheduleWanted(name="b", kind="test.rest", cron="0 6 * * *"))
    schedule_job(both, ScheduleWanted(name="a", kind="test.rest", cron="0 6 * * *"))

    assert [seen.name for seen in list_schedules(both)] == ["a", "b"]
    assert [s.name for s in list_schedules(both, by="ben@example.com")] == ["b"]


def test_what_is_unscheduled_is_gone(both):
    """And is missed after it."""
    schedule_job(both, DAILY)
    unschedule(both, "daily")

    with pytest.raises(NotThere, match="'daily'"):
        unschedule(both, "daily")
    assert list_schedules(both) == []


def test_a_shipped_one_may_be_paused_only(both):
    """Its work and itself stay."""
    schedule_job(both, DAILY)
    with both.store.session() as session:
        session.query(Schedule).one().is_shipped = True

    with pytest.raises(IllegalMove, match="came with the program"):
        unschedule(both, "daily")
    with pytest.raises(IllegalMove, match="came with the program"):
        change_schedule(both, "daily", ScheduleChange(parameters={}))
    assert pause_schedule(both, "daily").parameters == {"a": 1}


def test_what_cannot_be_is_refused(both):
    """A name twice, an unknown kind, a time that is none."""
    schedule_job(both, DAILY)

    with pytest.raises(Conflict, match="named 'daily'"):
        schedule_job(both, DAILY)
    with pytest.raises(UnknownName, match="kind of job"):
        schedule_job(both, ScheduleWanted(name="x", kind="test.no", cron="0 6 * * *"))
    with pytest.raises(InvalidValue, match="five fields"):
        schedule_job(both, ScheduleWanted(name="x", kind="test.rest", cron="daily"))
    assert [seen.name for seen in list_schedules(both)] == ["daily"]


def test_what_people_do_with_schedules_is_recorded():
    """They let work be done in somebody's name for as long as they stand."""
    events = (ScheduleMade, ScheduleChanged, ScheduleGone)

    assert [event.audited for event in events] == [True, True, True]
