"""Pages: what the console's form asks for, run and shown."""

from __future__ import annotations

from dataclasses import replace

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.house import House
from entrepot.connections import list_readable
from entrepot.console import service
from entrepot.console.batch import Planned, Step, run_batch, split_script
from entrepot.console.binding import place_names
from entrepot.console.errors import SeveralStatements
from entrepot.console.pages.blueprint import bp
from entrepot.console.pages.changes import Proposal
from entrepot.console.pages.console import Opening, Reply, show_console
from entrepot.console.pages.fields import read_fields
from entrepot.console.pages.shown import Answered, read_rows
from entrepot.console.spec import Wanted
from entrepot.console.statements import first_words, only_reads, query_type
from entrepot.console.writing import apply, preview
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house

FEW_ROWS = 25
"""Shown of each where several statements ran."""

Answer = Response | tuple[str, int]


@bp.post("/console")
@needs("viewer")
def run() -> Answer:
    """Run what the form says, and show what came of it."""
    house, opening = current_house(), _asked()
    if any(f"value.{one.name}" not in request.form for one in opening.fields):
        return show_console(opening)  # the fields are there now, to be filled
    try:
        wanted = _wanted(opening)
        parts = split_script(house, wanted)
        if len(parts) > 1:
            return show_console(opening, _run_all(house, opening, parts))
        return _run_one(house, opening, wanted)
    except EntrepotError as error:
        return _told(opening, error)


@bp.post("/console/changes")
@needs("admin")
def change() -> Answer:
    """Run what the form says for good, if its preview still holds."""
    house, opening = current_house(), replace(_asked(), is_writing=True)
    words = first_words(opening.sql, _dialect(house, opening.connection))
    typed = request.form.get("typed")
    try:
        if typed is not None and typed.strip().upper() != words:
            raise Invalid(f"type {words} to run it", hint="nothing was changed")
        token = request.form.get("token", "")
        made = apply(house, require("admin"), _wanted(opening), token)
    except EntrepotError as error:
        return _told(opening, error)
    return _to_run(made.ready.id, opening)


def _run_one(house: House, opening: Opening, wanted: Wanted) -> Answer:
    who, dialect = require("viewer"), _dialect(house, opening.connection)
    if not opening.is_writing or only_reads(wanted.sql, dialect):
        return _to_run(service.execute(house, who, wanted).ready.id, opening)
    proposal = Proposal(
        preview=preview(house, who, wanted),
        query_type=query_type(wanted.sql, dialect),
    )
    return show_console(opening, Reply(proposal=proposal))


def _run_all(house: House, opening: Opening, parts: list[Planned]) -> Reply:
    """Run statements until one fails; return what came of each that began."""
    who, dialect = require("viewer"), _dialect(house, opening.connection)
    if opening.is_writing and not all(only_reads(p.wanted.sql, dialect) for p in parts):
        raise SeveralStatements(
            f"these are {len(parts)} statements, and a change is tried alone",
            hint="leave the one that changes data",
        )
    own = [_with_own_values(part, opening, dialect) for part in parts]
    ids = [id for step in run_batch(house, who, own) if (id := _id_of(step))]
    answers = []
    for id in ids:
        seen = service.get_run(house, who, id)
        rows = read_rows(house, who, seen, 0, FEW_ROWS)
        answers.append(Answered(run=seen, rows=rows, others=len(parts)))
    return Reply(answers=answers)


def _with_own_values(part: Planned, opening: Opening, dialect: str) -> Planned:
    names = place_names(part.wanted.sql, dialect)
    values = {one.name: one.value() for one in opening.fields if one.name in names}
    return replace(part, wanted=replace(part.wanted, params=values))


def _id_of(step: Step) -> str:
    if step.outcome is not None:
        return step.outcome.ready.id
    if step.error is None:
        return ""
    id = step.error.facts.get("query_id")
    if id is None:
        raise step.error
    return str(id)


def _told(opening: Opening, error: EntrepotError) -> Answer:
    id = error.facts.get("query_id")
    if id is not None:
        return _to_run(str(id), opening)
    return show_console(opening, Reply(error=error))


def _to_run(id: str, opening: Opening) -> Response:
    mode = "write" if opening.is_writing else None
    return redirect(url_for("console_pages.console", run=id, mode=mode), code=303)


def _asked() -> Opening:
    form = request.form
    sql, connection = form.get("sql", ""), form.get("connection", "")
    sql = sql.replace("\r\n", "\n")  # as browsers send every end of a line
    names = place_names(sql, _dialect(current_house(), connection))
    return Opening(
        connection=connection,
        sql=sql,
        fields=read_fields(form, names),
        limit=form.get("max_rows", 0, type=int),
        is_writing=form.get("mode", "") == "write",
    )


def _dialect(house: House, connection: str) -> str:
    known = {one.name: one.dialect for one in list_readable(house)}
    return known.get(connection, "")


def _wanted(opening: Opening) -> Wanted:
    return Wanted(
        sql=opening.sql,
        connection=opening.connection,
        params={one.name: one.value() for one in opening.fields},
        max_rows=opening.limit or None,
    )
