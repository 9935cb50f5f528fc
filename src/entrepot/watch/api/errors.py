"""`/api/errors`: errors as groups of one cause, found, read, and marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from flask import Response
from msgspec import Meta

from entrepot.base.errors import Invalid, InvalidValue, Missing
from entrepot.watch.api.blueprint import bp
from entrepot.watch.groups import service
from entrepot.watch.groups.report import render_report
from entrepot.watch.groups.spec import ErrorDetail, ErrorGroup, Occurrence, Wish
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, current_house, route

EXAMPLE = {"id": "5f2b8c0d9e3a4716"}
MARKDOWN = "text/markdown"
Hours = Annotated[int, Meta(ge=1, le=24 * 90, description="Of the last so many hours.")]
Named = Annotated[str, Meta(max_length=500)]
State = Literal["open", "muted", "ignored", "resolved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorsQuery:
    """Which groups, and which part of them; what is empty does not narrow."""

    state: tuple[State, ...] = ()
    q: Annotated[
        Named,
        Meta(description="Part of the words, the type, the route; or a request's id."),
    ] = ""
    logger: Annotated[Named, Meta(description="It, or one below it.")] = ""
    error_type: Annotated[Named, Meta(examples=["KeyError"])] = ""
    route: Annotated[Named, Meta(description="Touched by it.")] = ""
    release: Annotated[Named, Meta(description="Seen in this version.")] = ""
    hours: Hours = 24
    order: Literal["last", "first", "count"] = "last"
    after: Annotated[
        str, Meta(max_length=60, description="`next` of the page before.")
    ] = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50

    def wish(self) -> Wish:
        """Return the groups that are meant."""
        return Wish(
            states=tuple(self.state),
            q=self.q.strip(),
            logger=self.logger.strip(),
            error_type=self.error_type.strip(),
            route=self.route.strip(),
            release=self.release.strip(),
            hours=self.hours,
            order=self.order,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorQuery:
    """Of which time the distribution is told."""

    hours: Hours = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrencesQuery:
    """Which part of a group's errors."""

    before: (
        Annotated[
            int, Meta(ge=1, le=2**63 - 1, description="Only older ones than this.")
        ]
        | None
    ) = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Muting:
    """Until when: a moment, so many hours from now, or so many errors more."""

    until: datetime | None = None
    hours: Annotated[int, Meta(ge=1, le=24 * 366)] | None = None
    more: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None

    def moment(self) -> datetime | None:
        """Return the moment that is meant; None for none.

        Raises:
            Invalid: Two are given.
        """
        if self.until is not None and self.hours is not None:
            raise Invalid("until and hours both say when it ends", hint="give one")
        if self.hours is not None:
            return datetime.now(UTC) + timedelta(hours=self.hours)
        at = self.until
        return at.replace(tzinfo=at.tzinfo or UTC) if at is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCounts:
    """How many groups there are of each state, and how many errors came.

    Attributes:
        recent: Errors of open groups in the time asked for.
        fresh: Groups first seen in it.
        is_current: Every error of this host's log is counted; else that is under way,
            or the log cannot be read now.
    """

    states: Mapping[State, int]
    recent: int
    fresh: int
    is_current: bool


@route(
    bp,
    "GET",
    "/api/errors",
    Doc(
        role="analyst",
        query=ErrorsQuery,
        data=list[ErrorGroup],
        is_paged=True,
        errors=(InvalidValue,),
    ),
)
def list_errors(query: ErrorsQuery) -> Page:
    """List errors as groups, those that came last first.

    Errors are of one group when they have one cause: the same type of error, at the
    same place of our program, on the same route; without a stack trace, the same words
    of the same logger. Numbers, ids, addresses and quoted values make no difference.
    """
    found = service.list_groups(
        current_house(), query.wish(), limit=query.limit, after=query.after
    )
    following = _address(query, found.next) if found.next else None
    total = sum(
        count
        for state, count in found.counts.items()
        if not query.state or state in query.state
    )
    return Page(found.groups, Cut(next=following, limit=query.limit, total=total))


@route(
    bp,
    "GET",
    "/api/errors/counts",
    Doc(role="analyst", query=ErrorQuery, data=ErrorCounts),
)
def count_errors(query: ErrorQuery) -> ErrorCounts:
    """Count the groups of each state, and the errors of the last hours."""
    found = service.list_groups(current_house(), Wish(hours=query.hours), limit=1)
    return ErrorCounts(
        states=found.counts,
        recent=found.recent,
        fresh=found.fresh,
        is_current=found.is_current,
    )


@route(
    bp,
    "GET",
    "/api/errors/<id>",
    Doc(
        role="analyst",
        query=ErrorQuery,
        data=ErrorDetail,
        errors=(Missing,),
        path_examples=EXAMPLE,
    ),
)
def get_error(id: str, query: ErrorQuery) -> ErrorDetail:
    """Show a group: when it came, whom it touched, its stack trace, its last errors."""
    return service.read_group(current_house(), id, hours=query.hours)


@route(
    bp,
    "GET",
    "/api/errors/<id>/occurrences",
    Doc(
        role="analyst",
        query=OccurrencesQuery,
        data=list[Occurrence],
        is_paged=True,
        errors=(Missing,),
        path_examples=EXAMPLE,
    ),
)
def list_error_occurrences(id: str, query: OccurrencesQuery) -> Page:
    """List the errors of a group that are kept one by one, newest first."""
    found = service.list_occurrences(
        current_house(), id, limit=query.limit + 1, before=query.before
    )
    shown = found[: query.limit]
    following = None
    if len(found) > query.limit:
        asked = urlencode({"before": shown[-1].id, "limit": query.limit})
        following = f"/api/errors/{id}/occurrences?{asked}"
    return Page(shown, Cut(next=following, limit=query.limit))


@route(
    bp,
    "GET",
    "/api/errors/<id>/report",
    Doc(
        role="analyst",
        media_types=(MARKDOWN,),
        errors=(Missing,),
        path_examples=EXAMPLE,
    ),
)
def get_error_report(id: str) -> Response:
    """Tell of a group as Markdown, to be pasted where it is worked on."""
    text = render_report(service.read_group(current_house(), id))
    return Response(text, content_type=f"{MARKDOWN}; charset=utf-8")


_MARKED = Doc(
    role="analyst", data=ErrorDetail, errors=(Missing,), path_examples=EXAMPLE
)


@route(bp, "POST", "/api/errors/<id>/resolve", _MARKED)
def resolve_error(id: str) -> ErrorDetail:
    """Say that a cause is mended; if it comes again, the group opens and says so."""
    service.resolve(current_house(), id)
    return service.read_group(current_house(), id)


@route(bp, "POST", "/api/errors/<id>/ignore", _MARKED)
def ignore_error(id: str) -> ErrorDetail:
    """Say that a cause is nobody's concern: it is counted, and stays closed."""
    service.ignore(current_house(), id)
    return service.read_group(current_house(), id)


@route(bp, "POST", "/api/errors/<id>/reopen", _MARKED)
def reopen_error(id: str) -> ErrorDetail:
    """Say that a cause wants to be looked at again."""
    service.reopen(current_house(), id)
    return service.read_group(current_house(), id)


@route(
    bp,
    "POST",
    "/api/errors/<id>/mute",
    replace(_MARKED, body=Muting, errors=(Missing, Invalid)),
)
def mute_error(id: str, body: Muting) -> ErrorDetail:
    """Let a cause wait until a time, or until it came so many times more."""
    service.mute(current_house(), id, until=body.moment(), more=body.more)
    return service.read_group(current_house(), id)


def _address(query: ErrorsQuery, after: str) -> str:
    following = replace(query, after=after)
    given = {field.name: getattr(following, field.name) for field in fields(query)}
    usual = {field.name: field.default for field in fields(query)}
    asked = {name: value for name, value in given.items() if value != usual[name]}
    return f"/api/errors?{urlencode(asked, doseq=True)}"
