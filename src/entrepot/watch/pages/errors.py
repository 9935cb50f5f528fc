"""Pages: errors by their causes, one of them, and what is to become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.watch.groups import service
from entrepot.watch.groups.report import render_report
from entrepot.watch.groups.spec import (
    ErrorDetail,
    ErrorGroup,
    ErrorPage,
    Stretch,
)
from entrepot.watch.pages.asked import with_parameters
from entrepot.watch.pages.blueprint import bp
from entrepot.watch.pages.errors_asked import (
    ALL,
    MUTES,
    RANGES,
    STATE_WORDS,
    ErrorsQuery,
)
from entrepot.web import problems, shell
from entrepot.web.charts import Chart, Frame, Series, draw_bars
from entrepot.web.guard import needs
from entrepot.web.routes import current_house, read_query

GROUPS_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorsPage:
    """Groups of errors under the filters of the address.

    Attributes:
        states: What can be chosen: name, words, how many, address.
        next: Address of those further down; empty at the end.
        api: Where the same groups are as JSON.
        problem: Why there are none.
    """

    query: ErrorsQuery
    states: list[tuple[str, str, int, str]]
    next: str
    api: str
    found: ErrorPage | None = None
    problem: dict[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneErrorPage:
    """A group, and its neighbours in the list that one came from.

    Attributes:
        above, below: Addresses of the groups above and below it; empty for none.
        report: The group as Markdown.
        problem: Why what was asked was not done.
    """

    query: ErrorsQuery
    found: ErrorDetail
    chart: Chart | None
    above: str
    below: str
    report: str
    problem: dict[str, object] | None = None


@bp.get("/errors")
@needs("analyst")
def errors() -> Response:
    """List errors by their causes."""
    query: ErrorsQuery = read_query(ErrorsQuery)
    found, problem, status = None, None, 200
    try:
        found = service.list_groups(
            current_house(), query.wish(), limit=GROUPS_SHOWN, after=query.after
        )
    except EntrepotError as error:
        problem, status = problems.describe(error), problems.status_of(error)
        query = ErrorsQuery()
    page = ErrorsPage(
        query=query,
        states=_states(query, found),
        next=query.with_(after=found.next) if found and found.next else "",
        api=_api(query),
        found=found,
        problem=problem,
    )
    text = render_template("watch/errors.html", page=page, ranges=RANGES)
    return Response(text, status=status, content_type="text/html; charset=utf-8")


@bp.get("/errors/<id>")
@needs("analyst")
def error(id: str) -> Response:
    """Show a group of errors."""
    return _show(id)


@bp.post("/errors/<id>/resolve")
@needs("analyst")
def resolve_error(id: str) -> BaseResponse:
    """Say that a cause is mended."""
    return _do(id, service.resolve)


@bp.post("/errors/<id>/ignore")
@needs("analyst")
def ignore_error(id: str) -> BaseResponse:
    """Say that a cause is nobody's concern."""
    return _do(id, service.ignore)


@bp.post("/errors/<id>/reopen")
@needs("analyst")
def reopen_error(id: str) -> BaseResponse:
    """Say that a cause wants to be looked at again."""
    return _do(id, service.reopen)


@bp.post("/errors/<id>/mute")
@needs("analyst")
def mute_error(id: str) -> BaseResponse:
    """Let a cause wait."""
    chosen = request.form.get("for", "")

    def mute(house: House, id: str) -> None:
        if chosen not in MUTES:
            hint = f"one of {', '.join(MUTES)}"
            raise Invalid(f"for: {chosen[:60]!r} is none", hint=hint)
        _, hours, more = MUTES[chosen]
        until = None if hours is None else now() + timedelta(hours=hours)
        service.mute(house, id, until=until, more=more)

    return _do(id, mute)


def _do(id: str, step: Callable[[House, str], None]) -> BaseResponse:
    query: ErrorsQuery = read_query(ErrorsQuery)
    query.wish()
    try:
        step(current_house(), id)
    except Invalid as refusal:
        return _show(id, refusal)
    return redirect(query.of_group(id), code=303)


def _show(id: str, refusal: EntrepotError | None = None) -> Response:
    query: ErrorsQuery = read_query(ErrorsQuery)
    house, wish = current_house(), query.wish()
    found = service.read_group(house, id, hours=query.hours)
    page = OneErrorPage(
        query=query,
        found=found,
        chart=_draw(found.stretches, query),
        above=query.of_group(service.previous_group(house, id, wish)),
        below=query.of_group(service.next_group(house, id, wish)),
        report=render_report(found),
        problem=problems.describe(refusal) if refusal else None,
    )
    text = render_template("watch/error.html", page=page, ranges=RANGES, mutes=MUTES)
    status = problems.status_of(refusal) if refusal else 200
    return Response(text, status=status, content_type="text/html; charset=utf-8")


def _states(
    query: ErrorsQuery, found: ErrorPage | None
) -> list[tuple[str, str, int, str]]:
    there = found.counts if found else {}
    counts = {str(name): count for name, count in there.items()}
    counts[ALL] = sum(counts.values())
    return [
        (name, words, counts.get(name, 0), query.with_(state=name))
        for name, words in STATE_WORDS.items()
    ]


def _api(query: ErrorsQuery) -> str:
    kept = query.parameters()
    given: dict[str, object] = {k: v for k, v in kept.items() if k != "range"}
    given |= {"state": query.state, "hours": query.hours}
    if query.state == ALL:
        del given["state"]
    return with_parameters("/api/errors", given)


def _draw(stretches: list[Stretch], query: ErrorsQuery) -> Chart | None:
    """Return the distribution; None where nothing came in that time."""
    if not any(one.count for one in stretches):
        return None
    step = stretches[1].at - stretches[0].at if len(stretches) > 1 else timedelta(1)
    frame = Frame(
        title=f"Errors of this group {query.span_words}",
        since=stretches[0].at,
        until=stretches[-1].at + step,
        render=lambda count: f"{count:,.0f}",
        is_whole=True,
    )
    values = [one.count for one in stretches]
    return draw_bars([Series(name="errors", tone="error", values=values)], frame)


def spark(hours: list[int]) -> list[tuple[str, str]]:
    """Return bars of a small drawing: top and height of each, of 22."""
    most = max(hours, default=0)
    heights = [max(1.0, 22 * count / most) if most else 1.0 for count in hours]
    return [(f"{22 - height:.1f}", f"{height:.1f}") for height in heights]


def badge(group: ErrorGroup) -> tuple[str, str]:
    """Return the tone and the words of a group's state."""
    if group.state != "open":
        tone = "ok" if group.state == "resolved" else ""
        return tone, STATE_WORDS[group.state]
    if group.is_back:
        return "warn", "Came back"
    return ("bad", "New") if group.is_new else ("", "Open")


for _words in (spark, badge):
    bp.add_app_template_filter(_words, f"error_{_words.__name__}")
shell.PLACES.append(
    shell.Place(
        label="Errors",
        endpoint="watch_pages.errors",
        icon="alert",
        group="Watch",
        letter="E",
        order=34,
        is_docked=False,
    )
)
shell.SUBJECTS["error"] = ("watch_pages.error", "id")
