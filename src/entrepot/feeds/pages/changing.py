"""Pages: what is done with an import: compared, ticked, applied, ended, taken back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import BinaryIO, Protocol, cast

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
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
    return _do(id, imports.preview_import, _at("preview"))


@bp.post("/imports/<id>/picks")
@needs("analyst")
def pick(id: str) -> Response:
    """Keep which of the changes that were shown are taken."""
    house, form = current_house(), request.form
    query: PreviewQuery = read_query(PreviewQuery)
    seen = imports.get_import(house, id)
    shown, taken = (_lines(form.getlist(name)) for name in ("line", "take"))
    gone, taken_gone = (_lines(form.getlist(name)) for name in ("gone", "take_gone"))
    excluded = (set(seen.excluded) | shown) - taken
    staying = (set(seen.staying) | gone) - taken_gone
    try:
        if (excluded, staying) != (set(seen.excluded), set(seen.staying)):
            change = ImportChange(excluded=tuple(excluded), staying=tuple(staying))
            seen = imports.change_import(house, seen.id, change)
    except EntrepotError as error:
        part = show_preview(house, seen, query)
        return render_step(seen, "preview", part, error=error)
    if form.get("go") == "apply":
        return redirect(_at("apply")(seen), code=303)
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
    return redirect(_at("apply" if seen.state in BUSY else "result")(seen), code=303)


@bp.post("/imports/<id>/cancel")
@needs("analyst")
def cancel(id: str) -> Response:
    """End the job on it, or let it be."""
    return _do(id, imports.cancel_import, _at(None))


@bp.get("/imports/<id>/undo")
@needs("analyst")
def ask_undo(id: str) -> str:
    """Ask before what it wrote is taken back."""
    return _ask(id, "feeds/undo.html")


@bp.post("/imports/<id>/undo")
@needs("analyst")
def undo(id: str) -> Response:
    """Take back what it wrote."""
    is_forced = request.form.get("conflicts") == "force"
    how = Undoing(conflicts="force" if is_forced else "skip")
    return _do(id, partial(imports.undo_import, how=how), _at("result"))


@bp.post("/imports/<id>/retry")
@needs("analyst")
def retry(id: str) -> Response:
    """Begin another import of only the rows that were not taken."""
    sent = request.files.get("file")
    is_sent = sent is not None and bool(sent.filename)
    again = partial(
        retrying.retry_import,
        stream=cast("BinaryIO", sent.stream) if sent and is_sent else None,
        name=sent.filename or "" if sent and is_sent else "",
    )
    return _do(id, again, _at(None))


@bp.get("/imports/<id>/delete")
@needs("analyst")
def ask_delete(id: str) -> str:
    """Ask before an import's file is forgotten."""
    return _ask(id, "feeds/delete.html")


@bp.post("/imports/<id>/delete")
@needs("analyst")
def delete(id: str) -> Response:
    """Forget an import's file and changes."""
    return _do(id, imports.delete_import, lambda _: url_for("feeds_pages.index"))


class _Verb(Protocol):
    def __call__(self, house: House, id: str, /, *, by: str) -> ImportSeen:
        """Do it, and return the import that is looked at next."""


def _do(id: str, verb: _Verb, where: Callable[[ImportSeen], str]) -> Response:
    """Do something with an import and go on; or say why nothing came of it."""
    house = current_house()
    seen = imports.get_import(house, id)
    try:
        done = verb(house, seen.id, by=require("analyst").name)
    except EntrepotError as error:
        return _still(seen, error)
    return redirect(where(done), code=303)


def _ask(id: str, template: str) -> str:
    seen = imports.get_import(current_house(), id)
    return render_template(template, seen=seen)


def _at(step: Step | None) -> Callable[[ImportSeen], str]:
    """Give the address of a step of an import; None for where it is."""
    return lambda seen: url_for("feeds_pages.show", id=seen.id, step=step)


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
