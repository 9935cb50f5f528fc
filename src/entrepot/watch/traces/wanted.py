"""Which requests are wanted, read from the texts of an address or a command."""

from __future__ import annotations

from entrepot.base.errors import Invalid
from entrepot.watch.lines.wanted import parse_wanted
from entrepot.watch.traces.spec import WantedRequests

KINDS = ("request", "job", "command", "all")
SAME = (
    *("since", "until", "endpoint", "status", "min_duration_ms"),
    *("request_id", "trace_id", "job_id", "user_id"),
)
"""What lines of the log are narrowed by, too."""


def parse_requests(
    *,
    kind: str = "request",
    start_date: str = "",
    end_date: str = "",
    endpoint: str = "",
    method: str = "",
    status: str = "",
    min_duration_ms: float | None = None,
    failed: bool = False,
    repeating: bool = False,
    request_id: str = "",
    trace_id: str = "",
    job_id: str = "",
    user_id: int | None = None,
) -> WantedRequests:
    """Return which requests are meant; what is empty does not narrow.

    Raises:
        InvalidDate, Invalid: One of them is not possible; its name stands first.
    """
    _check(kind, endpoint.strip())
    same = parse_wanted(
        start_date=start_date,
        end_date=end_date,
        endpoint=endpoint,
        status=status,
        min_duration_ms=min_duration_ms,
        request_id=request_id,
        trace_id=trace_id,
        job_id=job_id,
        user_id=user_id,
    )
    return WantedRequests(
        kind="" if kind == "all" else kind,
        method=method.strip().upper()[:10],
        is_failed=failed,
        is_repeating=repeating,
        **{name: getattr(same, name) for name in SAME},
    )


def _check(kind: str, endpoint: str) -> None:
    if kind not in KINDS:
        raise Invalid(f"kind: {kind[:40]!r} is none", hint=f"one of {', '.join(KINDS)}")
    if endpoint.find("*") not in (-1, len(endpoint) - 1):
        raise Invalid("endpoint: * may stand at the end only")
