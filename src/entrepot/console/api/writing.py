"""`/api/sql/preview`: what a statement would change, before it does."""

from __future__ import annotations

from entrepot.base.errors import Denied
from entrepot.console.api.answer import Answer
from entrepot.console.api.asked import StatementAsked, wanted
from entrepot.console.api.blueprint import bp
from entrepot.console.api.faults import FAR, WHO
from entrepot.console.spec import Timings, Wanted
from entrepot.console.writing import Preview, apply, preview
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, route


@route(
    bp,
    "POST",
    "/sql/preview",
    Doc(body=StatementAsked, data=Preview, role="admin", errors=(*WHO, *FAR)),
)
def preview_change(body: StatementAsked) -> Preview:
    """Run a statement that changes data, undo it, and tell what it would change.

    For admins, where ENTREPOT_CONSOLE_WRITE is on. What commits by itself is named and
    not tried. With the token the same statement may run at `/api/sql/execute`.
    """
    return preview(current_house(), require("admin"), wanted(body))


def change(asked: Wanted, token: str) -> Answer:
    """Run a statement that was previewed; for good.

    Raises:
        Denied: There is no token.
    """
    if not token:
        raise Denied(
            "a change needs a preview first", hint="POST /api/sql/preview gives a token"
        )
    done = apply(current_house(), require("admin"), asked, token)
    milliseconds = round(done.seconds * 1000, 3)
    connect_ms = done.ready.connect_ms
    return Answer(
        query_id=done.ready.id,
        connection=done.ready.target.name,
        query_type=done.ready.query_type,
        columns=[],
        column_names=[],
        rows=[],
        row_count=0,
        column_count=0,
        truncated=False,
        max_rows=0,
        execution_ms=milliseconds,
        timings=Timings(connect_ms=connect_ms, execute_ms=milliseconds, read_ms=0.0),
        warnings=done.change.warnings,
        started_at=done.ready.started_at,
        rows_affected=done.change.rows,
    )
