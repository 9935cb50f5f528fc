"""Pages: what is done with an import: compared, ticked, applied, ended, taken back."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError
from entrepot.feeds import imports, retrying
from entrepot.feeds.pages.blueprint import bp
from entrepot.feeds.pages.preview_step import PreviewQuery, address, show_preview
from entrepot.feeds.pages.result_step import show_apply
from entrepot.feeds.pages.show import part_of, render_step
from entrepot.feeds.pages.steps import AT, Step, choose_step
from entrepot.feeds.seen import Applying, ImportChange, ImportSeen, Undoing
from entrepot.feeds.states import BUSY
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house, read_query

MOST_DIGITS = 18


@bp.post("/imports/<id>/preview")
@needs("analyst")
def preview(id: str) -> Response:
    """Have it compared with the catalogue, and show how far that is."""
    house = current_house()
    seen = imports.get_import(house, id)
    try:
        seen = imports.preview_import(house, seen.id, by=require("analyst").name)
    except EntrepotError as error:
        return _still(seen, error)
    return _to(seen, "preview")


@bp.post("/imports/<id>/picks")
@needs("analyst")
def pick(id: str) -> Response:
    """Keep which of the changes that were shown are taken."""
    house, form = current_house(), request.form
    query: PreviewQuery = read_query(PreviewQuery)
    seen = imports.get_import(house, id)
    shown, taken = (_lines(form.getlist(name)) for name in ("line", "take"))
    excluded = (set(seen.excluded) | shown) - taken
    try:
        if excluded != set(seen.excluded):
            change = ImportChange(excluded=tuple(sorted(excluded)))
            seen = imports.change_import(house, seen.id, change)
    except EntrepotError as error:
        part = show_preview(house, seen, query)
        return render_step(seen, "preview", part, error=error)
    if form.get("go") == "apply":
        return _to(seen, "apply")
    return redirect(address(seen, query), code=303)


@bp.post("/imports/<id>/apply")
@needs("analyst")
def apply(id: str) -> Response:
    """Write it, once everything that must be agreed to is."""
    house, form = current_house(), request.form
    seen = imports.get_import(house, id)
    agreed = Applying(
        accept_changes="accept_changes" in form,
        accept_vanished="accept_vanished" in form,
    )
    try:
        by = require("analyst").name
        seen = imports.apply_import(house, seen.id, agreed=agreed, by=by)
    except EntrepotError as error:
        if seen.state != "previewed":
            return _still(seen, error)
        part = show_apply(seen)
        return render_step(seen, "apply", part, error=error)
    return _to(seen, "apply" if seen.state in BUSY else "result")


@bp.post("/imports/<id>/cancel")
@needs("analyst")
def cancel(id: str) -> Response:
    """End the job on it, or let it be."""
    house = current_house()
    seen = imports.get_import(house, id)
    try:
        seen = imports.cancel_import(house, seen.id, by=require("analyst").name)
    except EntrepotError as error:
        return _still(seen, error)
    return redirect(url_for("feeds_pages.show", id=seen.id), code=303)


@bp.get("/imports/<id>/undo")
@needs("analyst")
def ask_undo(id: str) -> str:
    """Ask before what it wrote is taken back."""
    seen = imports.get_import(current_house(), id)
    return render_template("feeds/undo.html", seen=seen)


@bp.post("/imports/<id>/undo")
@needs("analyst")
def undo(id: str) -> Response:
    """Take back what it wrote."""
    house = current_house()
    seen = imports.get_import(house, id)
    is_forced = request.form.get("conflicts") == "force"
    how = Undoing(conflicts="force" if is_forced else "skip")
    try:
        by = require("analyst").name
        seen = imports.undo_import(house, seen.id, how=how, by=by)
    except EntrepotError as error:
        return _still(seen, error)
    return _to(seen, "result")


@bp.post("/imports/<id>/retry")
@needs("analyst")
def retry(id: str) -> Response:
    """Begin another import of only the rows that were not taken."""
    house = current_house()
    seen = imports.get_import(house, id)
    sent = request.files.get("file")
    is_sent = sent is not None and bool(sent.filename)
    try:
        made = retrying.retry_import(
            house,
            seen.id,
            stream=cast("BinaryIO", sent.stream) if sent and is_sent else None,
            name=sent.filename or "" if sent and is_sent else "",
            by=require("analyst").name,
        )
    except EntrepotError as error:
        return _still(seen, error)
    return redirect(url_for("feeds_pages.show", id=made.id), code=303)


@bp.get("/imports/<id>/delete")
@needs("analyst")
def ask_delete(id: str) -> str:
    """Ask before an import's file is forgotten."""
    seen = imports.get_import(current_house(), id)
    return render_template("feeds/delete.html", seen=seen)


@bp.post("/imports/<id>/delete")
@needs("analyst")
def delete(id: str) -> Response:
    """Forget an import's file and changes."""
    house = current_house()
    seen = imports.get_import(house, id)
    try:
        imports.delete_import(house, seen.id, by=require("analyst").name)
    except EntrepotError as error:
        return _still(seen, error)
    return redirect(url_for("feeds_pages.index"), code=303)


def _lines(texts: list[str]) -> set[int]:
    numbers = (text for text in texts if text.isascii() and text.isdecimal())
    return {int(text) for text in numbers if len(text) <= MOST_DIGITS}


def _still(seen: ImportSeen, error: EntrepotError) -> Response:
    """Show where the import is, and why nothing came of what was asked."""
    house = current_house()
    seen = imports.get_import(house, seen.id)
    step = choose_step(seen, AT.get(seen.state, ""))
    part = part_of(house, seen, step, PreviewQuery())
    return render_step(seen, step, part, error=error)


def _to(seen: ImportSeen, step: Step) -> Response:
    where = url_for("feeds_pages.show", id=seen.id, step=step)
    return redirect(where, code=303)
