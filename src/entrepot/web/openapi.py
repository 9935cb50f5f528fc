"""The OpenAPI 3.1 document, made from the routes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from msgspec import Meta

from entrepot.base import errors
from entrepot.base.version import VERSION
from entrepot.web import problems
from entrepot.web.routes import Doc, Route
from entrepot.web.schemas import Json, describe_types
from entrepot.web.shapes import SHAPES, find_shape

_PLACE = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What went wrong (RFC 9457), with the members that older clients read."""

    type: Annotated[str, Meta(examples=["/problems/unknown-name"])]
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: str
    instance: str
    code: Annotated[str, Meta(examples=["unknown-name"])]
    retryable: bool
    success: bool
    error: Annotated[str, Meta(description="The same as `detail`.")]
    message: Annotated[str, Meta(description="The same as `title`.")]
    request_id: str
    hint: str = ""
    retry_count: int = 0
    last_attempt: str = ""
    known: Annotated[
        tuple[str, ...], Meta(description="Names that would have worked.")
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLinks:
    """Where a list was cut: `next` is the address of the next page."""

    next: str | None
    limit: int
    total: int | None = None


def build(routes: Iterable[Route]) -> Json:
    """Return the document for these routes, sorted by path."""
    routes = sorted(routes, key=lambda r: (r.path, r.method))
    types = [
        kind
        for doc in (route.doc for route in routes)
        for kind in (doc.data, doc.query, doc.body, *doc.also.values())
    ]
    schemas, components = describe_types(
        [*types, Problem, PageLinks, *(shape.type for shape in SHAPES.values())]
    )
    paths: dict[str, Json] = {}
    for route in routes:
        path = _PLACE.sub(r"{\2}", route.path)
        operation = _operation(route, schemas, components)
        paths.setdefault(path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Entrepôt",
            "version": VERSION,
            "description": "Names in paths are tilde-encoded: `/` is written `~2F` "
            "and `~` is `~7E`, then percent-encoded as usual.",
        },
        "tags": [{"name": tag} for tag in sorted({r.tag for r in routes})],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "access_token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                }
            },
        },
    }


def _operation(
    route: Route, schemas: dict[Any, Json], components: dict[str, Json]
) -> Json:
    operation: Json = {
        "operationId": f"{route.tag}_{route.name}",
        "summary": route.summary,
        "tags": [route.tag],
        "responses": {
            **_good(route.doc, route.method, schemas),
            **_bad(route, schemas),
        },
    }
    if route.description:
        operation["description"] = route.description
    parameters = [*_path_parameters(route)]
    if route.doc.query is not None:
        parameters += _query_parameters(_resolved(schemas[route.doc.query], components))
    if parameters:
        operation["parameters"] = parameters
    if route.doc.body is not None:
        content = {"application/json": {"schema": schemas[route.doc.body]}}
        is_required = not route.doc.is_body_optional
        operation["requestBody"] = {"required": is_required, "content": content}
    if route.doc.via == ("token",):
        operation["security"] = [{"access_token": []}]
    return operation


def _path_parameters(route: Route) -> Iterator[Json]:
    for kind, name in _PLACE.findall(route.path):
        schema: Json = {"type": "string", "minLength": 1}
        if kind == "int":
            schema = {"type": "integer", "minimum": 0}
        parameter: Json = {"name": name, "in": "path", "required": True}
        if kind == "name":
            parameter["description"] = "Tilde-encoded: `/` as `~2F`, `~` as `~7E`."
        if name in route.doc.path_examples:
            parameter["example"] = route.doc.path_examples[name]
        yield {**parameter, "schema": schema}


def _query_parameters(schema: Json) -> Iterator[Json]:
    for name, found in schema["properties"].items():
        inner = {k: v for k, v in found.items() if k != "description"}
        parameter: Json = {"name": name, "in": "query", "schema": inner}
        if found.get("type") == "object":  # the parameters that no other field names
            parameter |= {"style": "form", "explode": True}
        if "description" in found:
            parameter["description"] = found["description"]
        if name in schema.get("required", ()):
            parameter["required"] = True
        yield parameter


def _resolved(schema: Json, components: dict[str, Json]) -> Json:
    return components[schema["$ref"].rpartition("/")[2]]


def _good(doc: Doc, method: str, schemas: dict[Any, Json]) -> Json:
    names = doc.media_types() if callable(doc.media_types) else doc.media_types
    content: Json = {name: {} for name in names}
    is_empty = doc.status == HTTPStatus.NO_CONTENT
    if not is_empty and (doc.data is not None or not names):
        content["application/json"] = {"schema": _envelope(doc, schemas)}
    answers = {str(doc.status): _answer(doc.status, content)}
    for status, kind in doc.also.items():
        content = {"application/json": {"schema": schemas[kind]}}
        answers[str(status)] = _answer(status, content)
    if method == "GET":
        answers["304"] = {"description": "Not changed since the ETag that was sent"}
    return answers


def _answer(status: int, content: Json) -> Json:
    phrase: Json = {"description": HTTPStatus(status).phrase}
    return {**phrase, "content": content} if content else phrase


def _envelope(doc: Doc, schemas: dict[Any, Json]) -> Json:
    data = schemas[doc.data] if doc.data is not None else {}
    if doc.is_bare:
        return data
    properties: Json = {"success": {"const": True}, "data": data}
    if doc.is_paged:
        properties["page"] = schemas[PageLinks]
    return {"type": "object", "properties": properties, "required": [*properties]}


def _bad(route: Route, schemas: dict[Any, Json]) -> Json:
    kinds: set[type[errors.EntrepotError]]
    kinds = {errors.Invalid, errors.Denied, *route.doc.errors}
    if not route.doc.is_public:
        kinds.add(errors.Unauthenticated)
    if _PLACE.search(route.path):
        kinds.add(errors.Missing)
    if route.doc.body is not None:
        kinds.add(errors.TooMuch)
    titles: dict[int, set[str]] = {}
    for kind in kinds:
        status = errors.nearest(kind, problems.STATUS)
        titles.setdefault(status, set()).add(kind.title())
    shape = find_shape(route.path)
    content = {problems.MEDIA_TYPE: {"schema": schemas[Problem]}}
    if shape is not None:
        content = {shape.media_type: {"schema": schemas[shape.type]}}
    return {
        str(status): {"description": "; ".join(sorted(said)), "content": content}
        for status, said in sorted(titles.items())
    }
