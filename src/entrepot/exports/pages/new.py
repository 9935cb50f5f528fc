"""Pages: a new export, step by step; each has an address that says what is chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO, cast

import msgspec
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError
from entrepot.connections import OPERATORS
from entrepot.exports import service
from entrepot.exports.api.asked import asker, check_may
from entrepot.exports.intake.take import take_file
from entrepot.exports.pages import wizard
from entrepot.exports.pages.blueprint import bp
from entrepot.exports.pages.receipt import address_of
from entrepot.exports.pages.wish import Wish, read_form, read_wish
from entrepot.exports.pages.wizard import Kind, Wizard
from entrepot.exports.settings import RETENTION
from entrepot.exports.uploads import keep_upload
from entrepot.web import downloads, problems
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house

STEPS = {"rows": "Rows", "format": "Format and columns", "deliver": "Deliver"}
KINDS: dict[str, Kind] = {"table": "table", "query": "query", "file": "file"}
LONGEST_ADDRESS = 4_000
"""Longer ones are not taken by every server and proxy: the form is answered itself."""


@bp.get("/exports/new")
@needs("viewer")
def new() -> tuple[str, int]:
    """Show a step of a new export, as its address says."""
    wish = read_wish(request.args)
    return _show(wish, request.args.get("step", ""), request.args.get("kind", ""))


@bp.post("/exports/new")
@needs("viewer")
def choose() -> Response | tuple[str, int]:
    """Take what a step's form says, and go on, back, or make the file."""
    form = request.form
    defaults = wizard.defaults_of(form.get("options_of", ""))
    wish = read_form(form, defaults)
    step, kind = form.get("step", ""), form.get("kind", "")
    go = form.get("go", "")
    if go == "run":
        return _run(wish, step)
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return _take(cast("BinaryIO", sent.stream), sent.filename)
    step = go if go in STEPS else step
    address = _address(wish, step, kind)
    if len(address) > LONGEST_ADDRESS:
        return _show(wish, step, kind)
    return redirect(address, code=303)


def _run(wish: Wish, step: str) -> Response | tuple[str, int]:
    house, who = current_house(), require("viewer")
    try:
        wanted = wish.request()
        if "all" in request.form:  # the preview had every row: it is made at once
            wanted = msgspec.structs.replace(wanted, wait=True)
        check_may(wanted, who)
        with downloads.hold_slot():
            made = service.create_export(
                house, wanted, asker(who), is_wanted=downloads.caller_is_there()
            )
    except EntrepotError as error:
        return _show(wish, step, "", error=error)
    return redirect(address_of(made), code=303)


def _take(file: BinaryIO, name: str) -> Response | tuple[str, int]:
    house = current_house()
    try:
        taken = take_file(house, file, None, name=name)
        kept = keep_upload(house, taken, name=name, by=require("viewer").name)
    except EntrepotError as error:
        return _show(Wish(), "rows", "file", error=error, field="file")
    step = "rows" if len(kept.sheets) > 1 else "format"
    return redirect(_address(Wish(upload=kept.id), step, "file"), code=303)


def _show(
    wish: Wish,
    step: str,
    kind: str,
    *,
    error: EntrepotError | None = None,
    field: str = "",
) -> tuple[str, int]:
    house, who = current_house(), require("viewer")
    shown = _kind_of(wish, kind)
    if who.role == "viewer":
        wish = replace(wish, query="")
    page = wizard.begin(house, wish, shown, who)
    is_ready = bool(page.natural) and not page.wrongs
    page.step = step if step in STEPS and is_ready else "rows"
    if page.step == "format":
        wizard.show_format(house, page)
    elif page.step == "deliver":
        wizard.show_delivery(house, page)
    if error is not None and field:
        page.wrongs[field] = wizard.said(error)
    elif error is not None and not page.wrongs:
        page.problem = error
    return _render(page, error)


def _render(page: Wizard, error: EntrepotError | None) -> tuple[str, int]:
    problem = problems.describe(page.problem) if page.problem else None
    text = render_template(
        "exports/new.html",
        page=page,
        problem=problem,
        steps=STEPS,
        retention_hours=current_house().settings[RETENTION],
        address=lambda step: _address(page.wish, step, page.kind),
        is_number=wizard.is_number,
        operators=OPERATORS,
    )
    return text, problems.status_of(error) if error else 200


def _kind_of(wish: Wish, kind: str) -> Kind:
    if kind in KINDS:
        return KINDS[kind]
    if wish.upload:
        return "file"
    return "query" if wish.query else "table"


def _address(wish: Wish, step: str, kind: str) -> str:
    values = dict[str, list[str]]()
    for name, value in wish.pairs():
        values.setdefault(name, []).append(value)
    is_plain = _kind_of(wish, "") == kind
    return url_for(
        "exports_pages.new",
        step=step if step != "rows" else None,
        kind=None if is_plain or not kind else kind,
        **values,  # type: ignore[arg-type]  # lists of texts
    )
