"""`/api/sql/execute`: run a statement, with an answer now or later."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from flask import Response
from msgspec import Meta

from entrepot.console import service
from entrepot.console.api.answer import Answer, answer_of
from entrepot.console.api.asked import Options, Shape, StatementAsked, wanted
from entrepot.console.api.blueprint import bp
from entrepot.console.api.faults import FAR, WHO
from entrepot.console.api.writing import change
from entrepot.console.seen import ADDRESS
from entrepot.console.spec import RunSeen, State
from entrepot.web.guard import require
from entrepot.web.reply import render
from entrepot.web.routes import Doc, current_house, route


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(StatementAsked):
    """A statement to run, and how.

    Attributes:
        max_rows: Of the answer, within what the role may see; 1000 if not said.
        wait: Off, the answer comes at once, and the rows are fetched later.
        allow_write: Change data, as it was previewed; `token` is the preview's.
    """

    max_rows: Annotated[int, Meta(ge=1, le=1_000_000_000)] | None = None
    options: Options = field(default_factory=Options)
    shape: Shape = "objects"
    wait: bool = True
    allow_write: bool = False
    token: Annotated[str, Meta(max_length=2_000)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A statement that begins to run.

    Attributes:
        status_url: To be asked every few seconds, else the statement is stopped.
        result_url: Of its rows, once it is completed.
    """

    query_id: str
    state: State
    status_url: str
    result_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A statement whose rows come later."""

    success: bool
    data: Begun


def begun_answer(begun: RunSeen) -> Response:
    """Return the answer for a run whose rows come later: 202, and where to ask."""
    said = Begun(
        query_id=begun.query_id,
        state=begun.state,
        status_url=begun.status_url,
        result_url=f"{ADDRESS}/results/{begun.query_id}",
    )
    answer = render(said, status=202)
    answer.headers["Location"] = begun.status_url
    return answer


EXECUTE = Doc(body=Asked, data=Answer, also={202: Later}, errors=(*WHO, *FAR))


@route(bp, "POST", "/sql/execute", EXECUTE)
def execute(body: Asked) -> Response:
    """Run one statement behind the read-only wall.

    With `wait` off the answer is 202 with the address of the run; its rows, up to as
    many as an export of the role's, are paged through at `result_url`. Such a run is
    stopped when nobody has asked for it for some seconds.
    """
    who, house = require("viewer"), current_house()
    asked = wanted(body, max_rows=body.max_rows, options=body.options)
    if body.allow_write:
        return render(change(asked, body.token))
    if not body.wait:
        return begun_answer(service.start_run(house, who, asked))
    outcome = service.execute(house, who, asked)
    with_types = body.options.includeMetadata
    return render(answer_of(outcome, body.shape, with_types=with_types))


@route(bp, "POST", "/execute-sql", EXECUTE)
def execute_sql(body: Asked) -> Response:
    """Run one statement: an older address of `/api/sql/execute`."""
    return execute(body)
