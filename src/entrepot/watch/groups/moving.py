"""The states of a group, and what moves it from one to another."""

from __future__ import annotations

from collections.abc import Iterator

from entrepot.base.events import Event
from entrepot.watch.events import ErrorGroupSeen, ErrorReopened, ErrorUnmuted
from entrepot.watch.groups.fingerprint import Sighting
from entrepot.watch.groups.models import ErrorGroupRow


def see(row: ErrorGroupRow, found: list[Sighting]) -> list[Event]:
    """Count errors in a group, in the order they came; return what to tell of it."""
    is_new = row.count == 0
    row.count += len(found)
    row.first_seen_at = min([row.first_seen_at, *(one.at for one in found)])
    row.last_seen_at = max([row.last_seen_at, *(one.at for one in found)])
    _keep_newest(row, found[-1])
    if is_new:
        return [
            ErrorGroupSeen(
                id=row.key,
                title=row.title,
                error_type=row.error_type or None,
                logger=row.logger,
                route=row.route or None,
                release=found[0].release,
            )
        ]
    return list(_move(row, found))


def _keep_newest(row: ErrorGroupRow, one: Sighting) -> None:
    row.title = one.title
    row.frames = list(one.frames)
    row.stack_trace = one.stack_trace
    row.facts = dict(one.line.fields) or None
    row.last_release = one.release
    row.line_id = one.line.id
    row.request_id = (one.line.request_id or "")[:200]
    row.trace_id = one.trace_id


def _move(row: ErrorGroupRow, found: list[Sighting]) -> Iterator[Event]:
    """Open a group that was resolved and came again, or was muted long enough."""
    if row.state == "resolved":
        resolved_at = row.resolved_at
        again = [o for o in found if resolved_at is None or o.at > resolved_at]
        if again:
            row.state = "open"
            row.reopened_at, row.reopened_release = again[0].at, again[0].release
            row.reopened_count += 1
            yield ErrorReopened(
                id=row.key,
                title=row.title,
                release=again[0].release,
                resolved_by=row.resolved_by,
                times=row.reopened_count,
            )
    elif row.state == "muted" and _is_over(row):
        unmute(row)
        row.state = "open"
        yield ErrorUnmuted(id=row.key, title=row.title, count=row.count)


def unmute(row: ErrorGroupRow) -> None:
    """Forget until when a group is muted."""
    row.muted_until_at = row.muted_until_count = None


def _is_over(row: ErrorGroupRow) -> bool:
    many, until = row.muted_until_count, row.muted_until_at
    is_many = many is not None and row.count >= many
    return is_many or (until is not None and row.last_seen_at >= until)
