"""A run as people see it."""

from __future__ import annotations

from entrepot.base.times import now
from entrepot.console.models import Run
from entrepot.console.spec import LIVE, ColumnHead, RunError, RunSeen

ADDRESS = "/api/sql"


def see(row: Run) -> RunSeen:
    """Return a row of the history as people see it."""
    at = now()
    seconds = row.seconds
    if seconds is None:
        seconds = ((row.ended_at or at) - row.started_at).total_seconds()
    is_live = row.state in LIVE
    is_kept = row.has_result and row.expires_at is not None and row.expires_at > at
    return RunSeen(
        query_id=row.id,
        state=row.state,  # type: ignore[arg-type]  # the table holds no other
        kind=row.kind,  # type: ignore[arg-type]  # the table holds no other
        query_type=row.query_type,
        connection=row.connection,
        sql=row.sql,
        params=row.params,
        saved_query=row.query_id,
        created_by=row.created_by,
        started_at=row.started_at,
        ended_at=row.ended_at,
        seconds=round(seconds, 6),
        rows=row.rows,
        rows_read=max(row.rows_read, row.rows or 0),
        truncated=row.is_truncated,
        is_stopping=is_live and row.stopped_by is not None,
        stopped_by=row.stopped_by,
        columns=None if row.columns is None else _heads(row.columns),
        warnings=list(row.warnings),
        status_url=f"{ADDRESS}/runs/{row.id}",
        result_url=f"{ADDRESS}/results/{row.id}" if is_kept else None,
        expires_at=row.expires_at if is_kept else None,
        error=_error(row),
    )


def _heads(columns: list[dict[str, str]]) -> list[ColumnHead]:
    return [ColumnHead(name=c["name"], type=c["type"]) for c in columns]


def _error(row: Run) -> RunError | None:
    if row.error is None:
        return None
    line, column = place_of(row.sql, row.error_position)
    return RunError(
        code=row.error,
        detail=row.error_detail or "",
        hint=row.error_hint,
        position=row.error_position,
        line=line,
        column=column,
    )


def place_of(sql: str, position: int | None) -> tuple[int | None, int | None]:
    """Return line and column of a position, all from 1; None where there is none."""
    if position is None:
        return None, None
    before = sql[: position - 1]
    return before.count("\n") + 1, position - 1 - (before.rfind("\n") + 1) + 1
