"""When work is due that is wanted again and again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from entrepot.base.errors import InvalidValue

FIELDS = "minute hour day-of-month month day-of-week"


def next_time(cron: str, time_zone: str, *, after: datetime) -> datetime:
    """Return the first time after a time, in UTC.

    A time of day that the clocks leave out in spring is made up for when they go on;
    one that they show twice in autumn counts once, the first time. Schedules of every
    hour or minute follow real time instead, as cron's own do.

    Raises:
        InvalidValue: The cron expression or the zone is wrong, or it never comes.
    """
    return preview_times(cron, time_zone, after=after, count=1)[0]


def preview_times(
    cron: str, time_zone: str, *, after: datetime, count: int = 5
) -> list[datetime]:
    """Return the next times after a time, in UTC.

    Raises:
        InvalidValue: The cron expression or the zone is wrong, or it never comes.
    """
    local = after.astimezone(_parse_zone(time_zone))
    found = list(islice(_later(_parse(cron, local), after), count))
    if not found:
        raise InvalidValue(f"the time {cron!r} never comes")
    return found


def _later(times: Iterator[datetime], after: datetime) -> Iterator[datetime]:
    last = after
    for local in times:
        at = local.astimezone(UTC)
        # In the hour that the clocks show twice it may be the first one's, long over.
        if at > last:
            last = at
            yield at


def _parse(cron: str, local: datetime) -> CronSim:
    if len(cron.split()) != 5:
        raise InvalidValue(
            f"{cron!r} is not a cron expression of five fields", hint=FIELDS
        )
    try:
        return CronSim(cron, local - timedelta(microseconds=local.microsecond))
    except CronSimError as error:
        raise InvalidValue(f"{cron!r}: {error}", hint=FIELDS) from None


def _parse_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        raise InvalidValue(f"there is no time zone {name!r}") from None
    except KeyError:
        raise InvalidValue(
            f"there is no time zone {name!r}", hint="an IANA name: Asia/Jakarta, UTC"
        ) from None
