"""Rules over schedules: how long ago each had its work done (a dead man's switch)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from entrepot.base.errors import NotThere
from entrepot.base.house import House
from entrepot.jobs import Job, ScheduleSeen, list_schedules, preview_times
from entrepot.watch.alerts.condition import SECONDS, Condition, render_period
from entrepot.watch.alerts.spec import Kind, Reading, Sample


def evaluate(house: House, condition: Condition, now: datetime) -> Reading:
    """Look at one schedule, or at every one that is not paused."""
    name = condition.arguments.get("schedule", "")
    schedules = list_schedules(house)
    if name:
        named = [s for s in schedules if s.name == name]
        if not named:
            raise NotThere("schedule", name, [s.name for s in schedules])
        schedules = named
    since = _succeeded(house)
    return Reading(
        samples=tuple(
            _sample(condition, schedule, since.get(schedule.name), now)
            for schedule in schedules
            if not schedule.is_paused
        )
    )


def _succeeded(house: House) -> dict[str, datetime]:
    """Return when the last job of each schedule that ended well did so."""
    wanted = (
        select(Job.subject, func.max(Job.completed_at))
        .where(Job.subject.startswith("schedule:"), Job.status == "completed")
        .group_by(Job.subject)
    )
    with house.store.read_session() as session:
        return {
            subject.removeprefix("schedule:"): at
            for subject, at in session.execute(wanted)
            if subject is not None and at is not None
        }


def _sample(
    condition: Condition,
    schedule: ScheduleSeen,
    succeeded_at: datetime | None,
    now: datetime,
) -> Sample:
    seconds = max(
        0.0,
        (now - _counted_from(condition, schedule, succeeded_at, now)).total_seconds(),
    )
    value = seconds / SECONDS.get(condition.unit, 1.0)
    done = (
        f"done last {succeeded_at:%Y-%m-%d %H:%M} UTC" if succeeded_at else "never done"
    )
    is_named = bool(condition.arguments.get("schedule"))
    late = render_period(60 * int(seconds // 60)) if seconds >= 60 else "not"
    said = done if is_named else f"{late} late, {done}"
    return Sample(
        labels={"schedule": schedule.name},
        value=value,
        is_met=condition.holds(value),
        words=f"{schedule.name}: {said} ({condition.limit})",
    )


def _counted_from(
    condition: Condition,
    schedule: ScheduleSeen,
    succeeded_at: datetime | None,
    now: datetime,
) -> datetime:
    """Return since when it is late: each schedule of all has a rhythm of its own."""
    if succeeded_at is None:
        return schedule.last_at or schedule.next_at or now
    if condition.arguments.get("schedule"):
        return succeeded_at
    cron, zone = schedule.cron, schedule.time_zone
    return preview_times(cron, zone, after=succeeded_at, count=1)[0]


KIND = Kind(
    name="schedule",
    summary="How long ago a schedule last had its work done; of all, how late each is.",
    example='schedule("Back up the log") > 26h',
    evaluate=evaluate,
)
