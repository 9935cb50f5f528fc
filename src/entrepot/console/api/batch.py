"""`/api/sql/batch`: several statements in one request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from flask import Response
from msgspec import Meta

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.console.api.answer import Answer, answer_of
from entrepot.console.api.asked import Shape, StatementAsked, wanted
from entrepot.console.api.blueprint import bp
from entrepot.console.api.faults import FAR, WHO
from entrepot.console.batch import Planned, Step, run_batch, split_script
from entrepot.console.limits import ANSWER_BYTES
from entrepot.console.seen import place_of
from entrepot.console.spec import RunError, Wanted
from entrepot.web.guard import require
from entrepot.web.reply import render
from entrepot.web.routes import Doc, current_house, route

Statements = Annotated[list[str | StatementAsked], Meta(max_length=1_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchAsked:
    """Statements to run, one after the other.

    Attributes:
        queries: Texts, or objects with values of their own.
        script: Instead of `queries`: statements with semicolons between them.
        continue_on_error: Go on after one has failed.
    """

    queries: Statements = field(default_factory=list)
    script: str = ""
    connection: Annotated[str, Meta(max_length=200)] = ""
    instance_id: Annotated[str, Meta(max_length=200)] = ""
    connection_id: Annotated[str, Meta(max_length=200)] = ""
    max_rows: Annotated[int, Meta(ge=1)] | None = None
    timeout: Annotated[float, Meta(gt=0, le=3_600)] | None = None
    shape: Shape = "objects"
    continue_on_error: bool = False

    def place(self) -> str:
        """Return the connection, by whichever name."""
        return self.connection or self.instance_id or self.connection_id


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSeen:
    """What became of one statement.

    Attributes:
        state: `skipped` where an earlier one failed, or the answer was full.
        error: Its place is counted in the script, if it was one.
    """

    state: Literal["completed", "failed", "skipped"]
    query: str
    answer: Answer | None = None
    error: RunError | None = None


@route(
    bp,
    "POST",
    "/sql/batch",
    Doc(body=BatchAsked, data=list[StepSeen], errors=(*WHO, *FAR)),
)
def run_several(body: BatchAsked) -> Response:
    """Run several statements, one after the other, each behind the wall.

    After one that fails the rest is skipped, unless `continue_on_error` is set. The
    answer is 200 either way; each statement says what became of it.
    """
    who, house = require("viewer"), current_house()
    planned = _planned(body)
    seen: list[StepSeen] = []
    size_bytes = 0
    steps = run_batch(
        house,
        who,
        planned,
        continue_on_error=body.continue_on_error,
        has_room=lambda: size_bytes < ANSWER_BYTES,
    )
    for step in steps:
        seen.append(_seen(step, body))
        if step.outcome is not None:
            size_bytes += step.outcome.ended.result_bytes or 0
    return render(seen)


def _planned(body: BatchAsked) -> list[Planned]:
    if body.script and body.queries:
        raise Invalid("send `queries` or a `script`, not both")
    usual = Wanted(
        sql=body.script,
        connection=body.place(),
        max_rows=body.max_rows,
        seconds=body.timeout,
    )
    if body.script:
        return split_script(current_house(), usual)
    return [Planned(wanted=_one(query, body)) for query in body.queries]


def _one(query: str | StatementAsked, body: BatchAsked) -> Wanted:
    if isinstance(query, str):
        query = StatementAsked(query=query)
    found = wanted(query, max_rows=body.max_rows)
    return Wanted(
        sql=found.sql,
        connection=found.connection or body.place(),
        schema=found.schema,
        params=found.params,
        max_rows=found.max_rows,
        seconds=found.seconds or body.timeout,
    )


def _seen(step: Step, body: BatchAsked) -> StepSeen:
    sql = step.wanted.sql
    if step.outcome is not None:
        answer = answer_of(step.outcome, body.shape)
        return StepSeen(state="completed", query=sql, answer=answer)
    if step.error is None:
        return StepSeen(state="skipped", query=sql)
    return StepSeen(state="failed", query=sql, error=_error(step.error, step, body))


def _error(error: EntrepotError, step: Step, body: BatchAsked) -> RunError:
    position = error.facts.get("position")
    place = position + step.start if isinstance(position, int) else None
    line, column = place_of(body.script or step.wanted.sql, place)
    return RunError(
        code=error.code(),
        detail=error.detail,
        hint=error.hint,
        position=place,
        line=line,
        column=column,
    )
