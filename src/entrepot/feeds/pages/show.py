"""Pages: one import, step by step; each step has an address."""

from __future__ import annotations

from flask import Response, request, url_for

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.feeds import imports
from entrepot.feeds.pages.blueprint import bp
from entrepot.feeds.pages.file_step import show_file
from entrepot.feeds.pages.grid import is_number
from entrepot.feeds.pages.mapping_step import show_mapping
from entrepot.feeds.pages.preview_step import PreviewQuery, show_preview
from entrepot.feeds.pages.result_step import show_apply, show_result
from entrepot.feeds.pages.rule_forms import RuleDraft
from entrepot.feeds.pages.rules_step import show_rules
from entrepot.feeds.pages.shown import EMPTIES, MISSINGS, STATES
from entrepot.feeds.pages.steps import SAID, STEPS, ImportPage, Step, choose_step
from entrepot.feeds.seen import ImportSeen
from entrepot.feeds.states import BUSY
from entrepot.web import problems, shell
from entrepot.web.guard import needs
from entrepot.web.pieces import render_piece
from entrepot.web.routes import current_house, read_query

BLANK_RULE = RuleDraft(key="KEY")
"""What scripts copy; its key becomes another."""


@bp.get("/imports/<id>")
@needs("analyst")
def show(id: str) -> Response:
    """Show a step of an import, as its address says, or where the import is."""
    query: PreviewQuery = read_query(PreviewQuery)
    house = current_house()
    seen = imports.get_import(house, id)
    step = choose_step(seen, query.step)
    return render_step(seen, step, part_of(house, seen, step, query))


def part_of(house: House, seen: ImportSeen, step: Step, query: PreviewQuery) -> object:
    """Return what a step shows; None while a job is at work on it."""
    if seen.state in BUSY:
        return None
    if step == "file":
        return show_file(house, seen) if seen.size_bytes else None
    if step == "mapping":
        return show_mapping(house, seen)
    if step == "rules":
        return show_rules(house, seen)
    if step == "preview":
        return show_preview(house, seen, query)
    return show_apply(seen) if step == "apply" else show_result(house, seen)


def render_step(
    seen: ImportSeen,
    step: Step,
    part: object,
    *,
    error: EntrepotError | None = None,
) -> Response:
    """Answer with a step's page."""
    page = ImportPage(
        seen=seen,
        step=step,
        part=part,
        problem=problems.describe(error) if error else None,
    )
    return render_piece(
        "feeds/import.html",
        status=problems.status_of(error) if error else 200,
        page=page,
        part=part,
        steps=STEPS,
        states=STATES,
        missings=MISSINGS,
        empties=EMPTIES,
        said=SAID.get(request.args.get("said", ""), ""),
        is_number=is_number,
        blank_rule=BLANK_RULE,
        address=lambda name: url_for("feeds_pages.show", id=seen.id, step=name),
    )


shell.SUBJECTS["import"] = ("feeds_pages.show", "id")
