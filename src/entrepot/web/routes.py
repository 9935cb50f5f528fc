"""Typed routes: one decorator reads the request, renders the answer, feeds OpenAPI."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import msgspec
from flask import Blueprint, Response, current_app, request

from entrepot.base import errors
from entrepot.base.house import House
from entrepot.web import guard
from entrepot.web.reply import Page, render

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True, kw_only=True)
class Doc:
    """What a route says of itself beyond its words.

    Attributes:
        data: Type inside the envelope's `data`; None where there are files only.
        query: Dataclass of the query string; a list field may be repeated.
        body: Type of the JSON body.
        is_streamed: The view reads the body itself, while it comes in.
        media_types: Of an answer that is a file; a function is called when the
            document is made.
        errors: What can go wrong beyond what every route may answer, for the
            documented statuses.
        role: The lowest that may ask; nobody is asked for it where `is_public`.
        via: The only ways of showing who one is that count; any when empty.
        path_examples: Values of the path's names that make sense.
        also: Other good answers, by status: JSON of these types, without the envelope.
        is_bare: The JSON is `data` itself, without the envelope.
        is_body_optional: Without a body, the one with every default is meant.
    """

    data: Any = None
    query: type | None = None
    body: type | None = None
    status: int = 200
    media_types: tuple[str, ...] | Callable[[], tuple[str, ...]] = ()
    errors: tuple[type[errors.EntrepotError], ...] = ()
    role: guard.Role = "viewer"
    via: tuple[guard.Via, ...] = ()
    path_examples: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[int, Any] = field(default_factory=dict)
    is_streamed: bool = False
    is_paged: bool = False
    is_public: bool = False
    is_bare: bool = False
    is_body_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One documented route, as OpenAPI needs it; `path` is Flask's, with the prefix."""

    method: Method
    path: str
    name: str
    summary: str
    description: str
    tag: str
    doc: Doc


ROUTES: dict[str, Route] = {}
"""Every documented route by endpoint (`<blueprint>.<function>`)."""


def route(bp: Blueprint, method: Method, rule: str, doc: Doc) -> Callable[[View], View]:
    """Add a view to a blueprint.

    Who asks is checked first. The view gets its path values, then `query` and `body`
    if the doc has such types, and returns a value (wrapped as
    `{"success": true, "data": value}`), a `Page`, or a `Response` as it is. Its
    docstring's first line is the summary.
    """

    def add(view: View) -> View:
        @functools.wraps(view)
        def call(**values: Any) -> Response:
            if not doc.is_public:
                guard.require(doc.role, via=doc.via)
            if doc.query is not None:
                values["query"] = read_query(doc.query)
            if doc.body is not None and not doc.is_streamed:
                values["body"] = _read_body(doc)
            return render(view(**values), status=doc.status)

        bp.add_url_rule(rule, view.__name__, call, methods=[method])
        summary, _, rest = inspect.cleandoc(view.__doc__ or "").partition("\n")
        ROUTES[f"{bp.name}.{view.__name__}"] = Route(
            method=method,
            path=(bp.url_prefix or "") + rule,
            name=view.__name__,
            summary=summary.rstrip("."),
            description=rest.strip(),
            tag=bp.name.removesuffix("_api"),
            doc=doc,
        )
        return view

    return add


def current_house() -> House:
    """Return the house of the app that answers."""
    house: House = current_app.extensions["house"]
    return house


def read_query(wanted: type) -> Any:
    """Read the query string as a dataclass.

    A field of type dict gathers the parameters that no other field names.

    Raises:
        Invalid: A value has the wrong type or lies outside its range.
        UnknownName: A parameter is not one of the fields.
    """
    is_list, rest = _fields(wanted)
    values: dict[str, Any] = {}
    asked = request.args.lists() if request.environ.get("QUERY_STRING") else ()
    for name, texts in asked:
        if len(texts) > 1 and not is_list.get(name):
            raise errors.Invalid(f"{name}: given {len(texts)} times")
        if name in is_list and name != rest:
            values[name] = texts if is_list[name] else texts[0]
        elif rest:
            values.setdefault(rest, {})[name] = texts[0]
        else:
            raise errors.UnknownName("parameter", name, list(is_list))
    return _convert(values, wanted, strict=False)


@functools.cache
def _fields(wanted: type) -> tuple[dict[str, bool], str]:
    """Return the fields' names and which may be repeated, and the one for the rest."""
    kinds = msgspec.inspect.ListType | msgspec.inspect.VarTupleType
    found = msgspec.inspect.type_info(wanted).fields  # type: ignore[attr-defined]  # a dataclass has fields
    types = {f.encode_name: _bare(f.type) for f in found}
    rest = [n for n, t in types.items() if isinstance(t, msgspec.inspect.DictType)]
    return {n: isinstance(t, kinds) for n, t in types.items()}, "".join(rest)


def _bare(kind: Any) -> Any:
    return kind.type if isinstance(kind, msgspec.inspect.Metadata) else kind


def _read_body(doc: Doc) -> Any:
    assert doc.body is not None
    if doc.is_body_optional and not request.get_data():
        return doc.body()
    return read_body(doc.body)


def read_body(wanted: type) -> Any:
    """Read the JSON body as a dataclass.

    Raises:
        Invalid: The body is not JSON, or not of that shape.
    """
    try:
        values = msgspec.json.decode(request.get_data())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise errors.Invalid(
            f"the body is not JSON: {error}",
            hint="send a JSON object with Content-Type: application/json",
        ) from None
    return _convert(values, wanted, strict=True)


def read_values(values: object, wanted: type) -> Any:
    """Return the values of a JSON body as a dataclass or a struct.

    Raises:
        Invalid: They are not of that shape.
    """
    return _convert(values, wanted, strict=True)


def _convert(values: object, wanted: type, *, strict: bool) -> Any:
    try:
        return msgspec.convert(values, wanted, strict=strict)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        name = where.strip("`").removeprefix("$.") or "the request"
        raise errors.Invalid(f"{name}: {what[:1].lower()}{what[1:]}") from None


__all__ = ["ROUTES", "Doc", "Page", "Route", "current_house", "route"]
