"""Which lines are wanted, as conditions on the log's tables."""

from __future__ import annotations

from dataclasses import dataclass, field

from entrepot.watch.lines.span import render_time
from entrepot.watch.spec import Wanted

Value = str | int | float | None
ENDING = 8
"""Characters at the end of an id that its index holds."""


@dataclass(slots=True)
class Conditions:
    """Conditions that all hold, and the values they name."""

    texts: list[str] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)

    def add(self, text: str, **values: Value) -> None:
        """Add one."""
        self.texts.append(text)
        self.values |= values

    @property
    def sql(self) -> str:
        """What follows WHERE."""
        return " AND ".join(self.texts) or "1"


def conditions(wanted: Wanted) -> Conditions:
    """Return what a line must be, whatever its number; its words are left out."""
    found = Conditions()
    _add_levels(found, wanted)
    if wanted.since is not None:
        found.add("timestamp >= :since", since=render_time(wanted.since))
    if wanted.until is not None:
        found.add("timestamp < :until", until=render_time(wanted.until))
    _add_ids(found, wanted)
    _add_request(found, wanted)
    return found


def _add_levels(found: Conditions, wanted: Wanted) -> None:
    if wanted.levels:
        names = {f"level{n}": level for n, level in enumerate(wanted.levels)}
        found.add(f"level IN ({', '.join(f':{name}' for name in names)})", **names)
    if wanted.logger:
        found.add(
            "(logger = :logger OR logger >= :below AND logger < :beyond)",
            logger=wanted.logger,
            below=f"{wanted.logger}.",
            beyond=f"{wanted.logger}/",
        )


def _add_ids(found: Conditions, wanted: Wanted) -> None:
    if wanted.request_id:
        found.add(
            "substr(request_id, -8) = :request_end AND request_id = :request_id",
            request_id=wanted.request_id,
            request_end=wanted.request_id[-ENDING:],
        )
    if wanted.trace_id:
        found.add(
            "(trace_id = :trace_id "
            "OR trace_id IS NULL AND request_id = :trace_request)",
            trace_id=wanted.trace_id,
            trace_request=wanted.trace_id[16:],
        )
    if wanted.job_id:
        found.add("job_id = :job_id", job_id=wanted.job_id)
    if wanted.user_id is not None:
        found.add("user_id = :user_id", user_id=wanted.user_id)


def _add_request(found: Conditions, wanted: Wanted) -> None:
    if wanted.endpoint:
        found.add("endpoint = :endpoint", endpoint=wanted.endpoint)
    if wanted.status:
        lowest, highest = status_range(wanted.status)
        found.add(
            "status_code BETWEEN :status_from AND :status_to",
            status_from=lowest,
            status_to=highest,
        )
    if wanted.min_duration_ms is not None:
        found.add("duration_ms >= :duration", duration=wanted.min_duration_ms)


def status_range(status: str) -> tuple[int, int]:
    """Return the first and last code of a class such as `5xx`, or twice the code."""
    if status.endswith("xx"):
        first = int(status[0]) * 100
        return first, first + 99
    return int(status), int(status)
