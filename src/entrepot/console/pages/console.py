"""Pages: the console, where a statement is written, run and looked at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import msgspec
from flask import render_template, request

from entrepot.base.allowances import allowance
from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.house import House
from entrepot.connections import Registered, list_readable
from entrepot.console import service
from entrepot.console.limits import MOST_KEPT_ROWS
from entrepot.console.pages.blueprint import bp
from entrepot.console.pages.changes import Proposal, done
from entrepot.console.pages.fields import KINDS, Field, shown_fields
from entrepot.console.pages.shown import Answered, cell_text, read_rows
from entrepot.console.spec import RunSeen
from entrepot.console.writing import may_write
from entrepot.web import problems, shell
from entrepot.web.guard import Identity, needs, require
from entrepot.web.routes import current_house

USUAL_ROWS = 10_000
LIMITS = (100, 1_000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a console opens with.

    Attributes:
        limit: Rows that a run may keep; 0 for the usual number.
        query: Id of the saved query it is; 0 for none.
        view: Which part of the answer is looked at; empty for the rows.
        chart: How the chart is set: its `kind`, and the columns `value` and `by`.
        is_writing: What changes data is tried, and asked for.
    """

    connection: str = ""
    sql: str = ""
    fields: list[Field] = field(default_factory=list)
    limit: int = 0
    title: str = ""
    query: int = 0
    view: str = ""
    chart: dict[str, str] = field(default_factory=dict)
    run: RunSeen | None = None
    is_writing: bool = False

    @property
    def values_json(self) -> str:
        """Return the values by name, for scripts; empty where one cannot be right."""
        try:
            values = {one.name: one.value() for one in self.fields}
        except Invalid:
            return ""
        return msgspec.json.encode(values).decode() if values else ""

    @property
    def chart_json(self) -> str:
        """Return how the chart is set, for scripts; empty where nobody says."""
        return msgspec.json.encode(self.chart).decode() if self.chart else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of what was asked.

    Attributes:
        answers: Of the statements that ran, in their order.
        proposal: A change that waits for a yes.
        error: Why nothing ran.
    """

    answers: list[Answered] = field(default_factory=list)
    proposal: Proposal | None = None
    error: EntrepotError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePage:
    """The console as it opens.

    Attributes:
        person: Whose drafts the browser keeps.
        limits: Rows that a run may keep, to choose from.
        can_write: The person may change data, where a change is asked for.
        problem: Why nothing ran, as a problem document.
    """

    person: str
    connections: list[Registered]
    connection: str
    opening: Opening
    limits: list[int]
    limit: int
    can_write: bool
    answers: list[Answered]
    proposal: Proposal | None = None
    problem: dict[str, object] | None = None


@bp.get("/console")
@needs("viewer")
def console() -> tuple[str, int]:
    """Show the console, with a run of before or a statement if they are named."""
    house, who = current_house(), require("viewer")
    given = request.args
    id, is_writing = given.get("run", ""), given.get("mode", "") == "write"
    if not id:
        opening = Opening(
            connection=given.get("connection", ""),
            sql=given.get("sql", ""),
            is_writing=is_writing,
        )
        return show_console(opening)
    run = service.get_run(house, who, id)
    rows = read_rows(house, who, run, given.get("offset", 0, type=int))
    opening = replace(_opening_of(run), is_writing=is_writing)
    return show_console(opening, Reply(answers=[Answered(run=run, rows=rows)]))


def show_console(opening: Opening, reply: Reply | None = None) -> tuple[str, int]:
    """Render the console as it opens, with the status that the error has."""
    reply = reply or Reply()
    page = _page(current_house(), require("viewer"), opening, reply)
    status = problems.status_of(reply.error) if reply.error else 200
    text = render_template(
        "console/console.html", page=page, kinds=KINDS, cell_text=cell_text, done=done
    )
    return text, status


def _page(house: House, who: Identity, opening: Opening, reply: Reply) -> ConsolePage:
    connections = list_readable(house)
    names = [one.name for one in connections]
    most = allowance(who.role, house.settings).export_rows or MOST_KEPT_ROWS
    limits = [rows for rows in LIMITS if rows <= most] or [most]
    error = reply.error
    return ConsolePage(
        person=who.name,
        connections=connections,
        connection=_chosen(names, opening.connection),
        opening=opening,
        limits=limits,
        limit=opening.limit if opening.limit in limits else min(USUAL_ROWS, limits[-1]),
        can_write=may_write(house, who),
        answers=reply.answers,
        proposal=reply.proposal,
        problem=problems.describe(error) if error else None,
    )


def _chosen(names: list[str], wanted: str) -> str:
    if wanted in names or not names:
        return wanted
    return "default" if "default" in names else names[0]


def _opening_of(run: RunSeen) -> Opening:
    return Opening(
        connection=run.connection,
        sql=run.sql,
        fields=shown_fields(run.params),
        query=run.saved_query or 0,
        run=run,
    )


shell.PLACES.append(
    shell.Place(
        label="SQL console",
        endpoint="console_pages.console",
        icon="console",
        group="Goods",
        short="SQL",
        letter="S",
        order=12,
        is_docked=False,
    )
)
