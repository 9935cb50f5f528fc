"""Typed routes: one decorator reads the request, renders the answer, feeds OpenAPI."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import msgspec
from flask import Blueprint, Response, current_app, request

from entrepot.base import errors
from entrepot.base.house import House
from entrepot.web.reply import Page, render

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One documented route, as OpenAPI needs it.

    Attributes:
        path: Flask's form, with the blueprint's prefix.
        query: Dataclass of the query string; a list field may be repeated.
        body: Type of the JSON body.
        data: Type inside the envelope's `data`; None for files and bare answers.
        media_types: Of an answer that is no envelope.
        errors: What can go wrong, for the documented statuses.
    """

    method: Method
    path: str
    name: str
    summary: str
    description: str
    tag: str
    query: type | None = None
    body: type | None = None
    data: Any = None
    status: int = 200
    media_types: tuple[str, ...] = ()
    errors: tuple[type[errors.EntrepotError], ...] = ()
    is_paged: bool = False
    is_public: bool = False


ROUTES: dict[str, Route] = {}
"""Every documented route by endpoint (`<blueprint>.<function>`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doc:
    """What a route says of itself beyond its types."""

    data: Any = None
    query: type | None = None
    body: type | None = None
    status: int = 200
    media_types: tuple[str, ...] = ()
    errors: tuple[type[errors.EntrepotError], ...] = field(default=())
    is_paged: bool = False
    is_public: bool = False


def route(bp: Blueprint, method: Method, rule: str, doc: Doc) -> Callable[[View], View]:
    """Add a view to a blueprint.

    The view gets its path values, then `query` and `body` if the doc has such types,
    and returns a value (wrapped as `{"success": true, "data": value}`), a `Page`, or
    a `Response` as it is. Its docstring's first line is the summary.
    """

    def add(view: View) -> View:
        @functools.wraps(view)
        def call(**values: Any) -> Response:
            if doc.query is not None:
                values["query"] = read_query(doc.query)
            if doc.body is not None:
                values["body"] = read_body(doc.body)
            return render(view(**values), status=doc.status)

        bp.add_url_rule(rule, view.__name__, call, methods=[method])
        summary, _, rest = (view.__doc__ or view.__name__).strip().partition("\n")
        ROUTES[f"{bp.name}.{view.__name__}"] = Route(
            method=method,
            path=(bp.url_prefix or "") + rule,
            name=view.__name__,
            summary=summary.rstrip("."),
            description=functools.reduce(
                lambda text, line: f"{text}\n{line.strip()}", rest.splitlines(), ""
            ).strip(),
            tag=bp.name.removesuffix("_api"),
            query=doc.query,
            body=doc.body,
            data=doc.data,
            status=doc.status,
            media_types=doc.media_types,
            errors=doc.errors,
            is_paged=doc.is_paged,
            is_public=doc.is_public,
        )
        return view

    return add


def current_house() -> House:
    """Return the house of the app that answers."""
    house: House = current_app.extensions["house"]
    return house


def read_query(wanted: type) -> Any:
    """Read the query string as a dataclass.

    Raises:
        Invalid: A value has the wrong type or lies outside its range.
        UnknownName: A parameter is not one of the fields.
    """
    fields = {f.encode_name: f for f in msgspec.inspect.type_info(wanted).fields}  # type: ignore[attr-defined]  # a dataclass has fields
    values: dict[str, object] = {}
    for name, texts in request.args.lists():
        if name not in fields:
            raise errors.UnknownName("parameter", name, list(fields))
        is_list = isinstance(
            fields[name].type, msgspec.inspect.ListType | msgspec.inspect.VarTupleType
        )
        values[name] = texts if is_list else texts[-1]
    return _convert(values, wanted, strict=False)


def read_body(wanted: type) -> Any:
    """Read the JSON body as a dataclass.

    Raises:
        Invalid: The body is not JSON, or not of that shape.
    """
    try:
        values = msgspec.json.decode(request.get_data())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise errors.Invalid(
            f"the body is not JSON: {error}",
            hint="send a JSON object with Content-Type: application/json",
        ) from None
    return _convert(values, wanted, strict=True)


def _convert(values: object, wanted: type, *, strict: bool) -> Any:
    try:
        return msgspec.convert(values, wanted, strict=strict)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        name = where.strip("`").removeprefix("$.") or "the request"
        raise errors.Invalid(f"{name}: {what[:1].lower()}{what[1:]}") from None


__all__ = ["ROUTES", "Doc", "Page", "Route", "current_house", "route"]
