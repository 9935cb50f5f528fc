"""The form of errors and answers below the paths of the data management service."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Generic, Literal, TypeVar

from flask import Response, request
from msgspec import Meta

from entrepot.web.reply import ENCODER
from entrepot.web.requests import request_id
from entrepot.web.shapes import SHAPES, Document, Shape

T = TypeVar("T")

PATHS = ("/api/ybb/", "/api/export/", "/api/data/", "/api/upload/")

CODES = {
    "unknown-template": "TEMPLATE_NOT_FOUND",
    "not-found": "NOT_FOUND",
    "not-ready": "EXPORT_NOT_READY",
    "export-stopped": "EXPORT_CANCELLED",
}
"""What this family calls an error, where it has a name of its own for it."""

STATUS_CODES = {
    400: "VALIDATION_ERROR",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "FILE_NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    410: "FILE_NOT_FOUND",
    413: "MEMORY_LIMIT",
    415: "VALIDATION_ERROR",
    429: "RATE_LIMITED",
    500: "EXPORT_FAILED",
    502: "EXPORT_FAILED",
    503: "SERVICE_UNAVAILABLE",
    504: "TIMEOUT",
}
"""What it calls all others, by status."""

_OURS = ("type", "title", "instance", "error", "message", "status")
"""Members of a problem document that are left out, or mean something else here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyProblem:
    """What went wrong, as clients of the data management service read it.

    Attributes:
        message, detail: The same sentence.
        code: The name that the rest of the API has for it.
        index, field: Which record, from 0, and which of its fields, where it is one.
    """

    status: Literal["error"]
    success: Literal[False]
    message: str
    error_code: Annotated[str, Meta(examples=["VALIDATION_ERROR"])]
    request_id: str
    code: Annotated[str, Meta(examples=["invalid"])]
    detail: str
    retryable: bool
    hint: str = ""
    index: int | None = None
    field: str = ""
    known: Annotated[
        tuple[str, ...], Meta(description="Names that would have worked.")
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Good(Generic[T]):
    """What was asked for."""

    status: Literal["success"] = "success"
    success: Literal[True] = True
    data: T
    request_id: str


def say(data: object) -> Response:
    """Answer with a value in this family's form."""
    return answer(Good(data=data, request_id=asked_as()))


def answer(value: object, *, status: int = 200) -> Response:
    """Answer with a value that has the form already."""
    body = ENCODER.encode(value)
    return Response(body, status=status, content_type="application/json")


def asked_as() -> str:
    """Return the request's id."""
    return request_id(request.environ)


def render_problem(problem: Document) -> Document:
    """Return a problem document's members in this family's form."""
    status, detail = int(str(problem["status"])), problem["detail"]
    kept = {name: value for name, value in problem.items() if name not in _OURS}
    return {
        "status": "error",
        "success": False,
        "message": detail,
        "error_code": error_code(str(problem["code"]), status),
        **kept,
    }


def error_code(code: str, status: int) -> str:
    """Return this family's name for an error."""
    return CODES.get(code) or STATUS_CODES.get(status, HTTPStatus(status).name)


SHAPES |= dict.fromkeys(PATHS, Shape(type=FamilyProblem, render=render_problem))
