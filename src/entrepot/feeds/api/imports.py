"""`/api/imports`: send a file or have one fetched, preview, apply and undo it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlencode

from flask import Response, request
from msgspec import Meta

from entrepot.base.errors import (
    Conflict,
    Denied,
    Expired,
    Invalid,
    NotThere,
    TooMuch,
    Unauthenticated,
    UnknownName,
)
from entrepot.feeds import imports, retrying
from entrepot.feeds.api.blueprint import bp
from entrepot.feeds.reading import Inspection, Plan, Samples, inspect, samples
from entrepot.feeds.records import FILE, folder_of
from entrepot.feeds.seen import (
    Applying,
    ImportChange,
    ImportFilter,
    ImportSeen,
    ImportWanted,
    Undoing,
)
from entrepot.feeds.states import Conflicts, Empty, ImportState, Missing
from entrepot.web.guard import require
from entrepot.web.reply import Cut, Page, render
from entrepot.web.routes import Doc, current_house, read_body, route

WHO = (Unauthenticated, Denied)
HERE = (*WHO, NotThere)
ID = {"id": "0f8e7d6c5b4a39281706f5e4d3c2b1a0"}
ADDRESS = "/api/imports"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewImport:
    """A file to be fetched: a feed's, or from a source's address."""

    feed: Annotated[str, Meta(max_length=100)] = ""
    source: Annotated[str, Meta(max_length=20, examples=["url"])] = ""
    address: Annotated[str, Meta(max_length=2000)] = ""
    secret: Annotated[str, Meta(max_length=4096)] = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportsQuery:
    """Which imports."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    after: str | None = None
    feed: str = ""
    state: list[ImportState] = field(default_factory=list)


Numbers = Annotated[
    list[Annotated[int, Meta(ge=1, lt=1 << 53)]], Meta(max_length=100_000)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """What shall be different; what is left out stays."""

    plan: Plan | None = None
    missing: Missing | None = None
    empty: Empty | None = None
    vanish_percent: Annotated[int, Meta(ge=0, le=100)] | None = None
    excluded: Numbers | None = None
    staying: Numbers | None = None
    feed: Annotated[str, Meta(max_length=100)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What is agreed to when an import is applied."""

    accept_changes: bool = False
    accept_vanished: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HowToUndo:
    """What happens to a field that was changed since."""

    conflicts: Conflicts = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplesQuery:
    """How many rows of the file to look at."""

    rows: Annotated[int, Meta(ge=1, le=200)] = 20


@route(
    bp,
    "POST",
    "/imports",
    Doc(
        role="analyst",
        body=NewImport,
        is_streamed=True,
        data=ImportSeen,
        status=201,
        errors=(*HERE, Invalid, UnknownName, TooMuch),
    ),
)
def start_import() -> Response:
    """Send a file as the form field `file`, or name where it is to be fetched from.

    A file that is sent was looked at when the answer comes (`inspected`, with the
    guessed `plan`); one that is fetched is `fetching` until its job has it.
    """
    who, house = require("analyst"), current_house()
    if request.mimetype == "multipart/form-data":
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Invalid("file: a file is wanted", hint="as multipart/form-data")
        feed = request.form.get("feed", "")
        stream = sent.stream
        seen = imports.take_upload(
            house, stream, name=sent.filename, feed=feed, by=who.name
        )
    else:
        body: NewImport = read_body(NewImport)
        wanted = ImportWanted(
            feed=body.feed, source=body.source, address=body.address, secret=body.secret
        )
        seen = imports.start_import(house, wanted, by=who.name)
    answer = render(seen, status=201)
    answer.headers["Location"] = f"{ADDRESS}/{seen.id}"
    return answer


@route(
    bp,
    "GET",
    "/imports",
    Doc(
        role="analyst",
        query=ImportsQuery,
        data=list[ImportSeen],
        errors=HERE,
        is_paged=True,
    ),
)
def list_imports(query: ImportsQuery) -> Page:
    """List the imports, the newest first."""
    wanted = ImportFilter(feed=query.feed, states=tuple(query.state))
    found = imports.list_imports(
        current_house(), wanted, limit=query.limit + 1, after=query.after
    )
    shown = found[: query.limit]
    following = None
    if len(found) > query.limit:
        place: dict[str, object] = {"limit": query.limit, "after": shown[-1].id}
        place |= {"feed": query.feed} if query.feed else {}
        place |= {"state": query.state} if query.state else {}
        following = f"{ADDRESS}?{urlencode(place, doseq=True)}"
    return Page(shown, Cut(next=following, limit=query.limit))


@route(
    bp,
    "GET",
    "/imports/<id>",
    Doc(role="analyst", data=ImportSeen, path_examples=ID, errors=HERE),
)
def get_import(id: str) -> ImportSeen:
    """Return an import: its state, plan, counts, guard, progress and receipt."""
    return imports.get_import(current_house(), id)


@route(
    bp,
    "PATCH",
    "/imports/<id>",
    Doc(
        role="analyst",
        body=NewPlan,
        data=ImportSeen,
        path_examples=ID,
        errors=(*HERE, Conflict, Invalid),
    ),
)
def change_import(id: str, body: NewPlan) -> ImportSeen:
    """Read its file another way, or leave lines out; a new plan wants a new preview."""
    change = ImportChange(
        plan=body.plan,
        missing=body.missing,
        empty=body.empty,
        vanish_percent=body.vanish_percent,
        excluded=None if body.excluded is None else tuple(body.excluded),
        staying=None if body.staying is None else tuple(body.staying),
        feed=body.feed,
    )
    return imports.change_import(current_house(), id, change)


@route(
    bp,
    "DELETE",
    "/imports/<id>",
    Doc(role="analyst", data=ImportSeen, path_examples=ID, errors=(*HERE, Conflict)),
)
def delete_import(id: str) -> ImportSeen:
    """Forget its file and its changes; what it wrote stays, and the record of it."""
    return imports.delete_import(current_house(), id, by=require("analyst").name)


@route(
    bp,
    "POST",
    "/imports/<id>/preview",
    Doc(
        role="analyst",
        data=ImportSeen,
        status=202,
        path_examples=ID,
        errors=(*HERE, Conflict, Expired),
    ),
)
def preview_import(id: str) -> ImportSeen:
    """Find out what it would change, in a transaction that is rolled back."""
    return imports.preview_import(current_house(), id, by=require("analyst").name)


@route(
    bp,
    "POST",
    "/imports/<id>/apply",
    Doc(
        role="analyst",
        body=Agreed,
        is_body_optional=True,
        data=ImportSeen,
        status=202,
        path_examples=ID,
        errors=(*HERE, Conflict),
    ),
)
def apply_import(id: str, body: Agreed) -> ImportSeen:
    """Write what the preview showed, or nothing.

    Where the catalogue changed since so that other fields would be written, the import
    is `previewed` again with `error_code` `catalogue-moved`; with `too-many-vanish`
    where more of its feed vanishes than may.
    """
    agreed = Applying(
        accept_changes=body.accept_changes, accept_vanished=body.accept_vanished
    )
    by = require("analyst").name
    return imports.apply_import(current_house(), id, agreed=agreed, by=by)


@route(
    bp,
    "POST",
    "/imports/<id>/cancel",
    Doc(role="analyst", data=ImportSeen, path_examples=ID, errors=(*HERE, Conflict)),
)
def cancel_import(id: str) -> ImportSeen:
    """End the job that works on it; nothing is written."""
    return imports.cancel_import(current_house(), id, by=require("analyst").name)


@route(
    bp,
    "POST",
    "/imports/<id>/undo",
    Doc(
        role="analyst",
        body=HowToUndo,
        is_body_optional=True,
        data=ImportSeen,
        status=202,
        path_examples=ID,
        errors=(*HERE, Conflict, Expired),
    ),
)
def undo_import(id: str, body: HowToUndo) -> ImportSeen:
    """Take back what it wrote; fields that changed since stay, unless forced."""
    how = Undoing(conflicts=body.conflicts)
    by = require("analyst").name
    return imports.undo_import(current_house(), id, how=how, by=by)


@route(
    bp,
    "POST",
    "/imports/<id>/retry",
    Doc(
        role="analyst",
        data=ImportSeen,
        status=201,
        path_examples=ID,
        errors=(*HERE, Conflict, Expired, Invalid, TooMuch),
    ),
)
def retry_import(id: str) -> ImportSeen:
    """Begin a new import of its rejected rows, or of the mended file that is sent."""
    who, house = require("analyst"), current_house()
    sent = request.files.get("file")
    if sent is None:
        return retrying.retry_import(house, id, by=who.name)
    name = sent.filename or "errors.csv"
    return retrying.retry_import(house, id, stream=sent.stream, name=name, by=who.name)


@route(
    bp,
    "GET",
    "/imports/<id>/inspection",
    Doc(
        role="analyst",
        data=Inspection,
        path_examples=ID,
        errors=(*HERE, Expired, Invalid, TooMuch),
    ),
)
def get_inspection(id: str) -> Inspection:
    """Return what its file seems to be: format, columns with samples, the guesses."""
    seen = imports.get_import(current_house(), id)
    path = folder_of(current_house(), id) / FILE
    _check_kept(id)
    return inspect(path, seen.file_name, known=seen.plan)


@route(
    bp,
    "GET",
    "/imports/<id>/samples",
    Doc(
        role="analyst",
        query=SamplesQuery,
        data=Samples,
        path_examples=ID,
        errors=(*HERE, Expired, Invalid, TooMuch),
    ),
)
def get_samples(id: str, query: SamplesQuery) -> Samples:
    """Return the first rows before and after, and what each rule does to them."""
    seen = imports.get_import(current_house(), id)
    _check_kept(id)
    if seen.plan is None:
        raise Invalid("nobody has said how the file is to be read")
    path = folder_of(current_house(), id) / FILE
    return samples(path, seen.plan, rows=query.rows)


def _check_kept(id: str) -> None:
    if not (folder_of(current_house(), id) / FILE).exists():
        raise Expired("the import's file is not kept any more")
