"""The fields of a line that a search may name, and what their values are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["level", "time", "number", "text", "logger", "trace", "words", "path"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a line.

    Attributes:
        also: Other names that mean it.
    """

    name: str
    kind: Kind
    summary: str
    example: str
    also: tuple[str, ...] = ()


_ALL = (
    Field(
        name="level",
        kind="level",
        summary="DEBUG, INFO, WARNING, ERROR or CRITICAL; they have an order.",
        example="level:>=WARNING",
    ),
    Field(
        name="timestamp",
        kind="time",
        summary="When it came: ISO 8601 in UTC, a day, or now less so much.",
        example="timestamp:[2026-11-20 TO 2026-11-21T12:00Z]",
        also=("time", "at"),
    ),
    Field(
        name="message",
        kind="words",
        summary="Words of the message, as without a field.",
        example='message:"no place free"',
    ),
    Field(
        name="logger",
        kind="logger",
        summary="Who wrote it, or one below.",
        example="logger:entrepot.access",
    ),
    Field(
        name="endpoint",
        kind="text",
        summary="Of an answered request, as metrics show it; a path where it begins "
        "with a slash.",
        example="endpoint:/api/*",
    ),
    Field(
        name="path",
        kind="path",
        summary="The path of an answered request.",
        example="path:/api/products/*",
    ),
    Field(
        name="method",
        kind="text",
        summary="Of an answered request.",
        example="method:POST",
    ),
    Field(
        name="status_code",
        kind="number",
        summary="How a request was answered; 5xx is a class.",
        example="status:5xx",
        also=("status",),
    ),
    Field(
        name="duration_ms",
        kind="number",
        summary="How long a request took, in milliseconds.",
        example="duration_ms:>5000",
        also=("duration",),
    ),
    Field(
        name="request_id",
        kind="text",
        summary="The request in which it came.",
        example="request_id:5f2b8c0d9e3a4716",
        also=("request",),
    ),
    Field(
        name="trace_id",
        kind="trace",
        summary="The trace in which it came.",
        example="trace_id:4bf92f3577b34da6a3ce929d0e0e4736",
        also=("trace",),
    ),
    Field(
        name="job_id",
        kind="text",
        summary="The job in which it came.",
        example="job_id:7",
        also=("job",),
    ),
    Field(
        name="user_id",
        kind="number",
        summary="Whose account it was, by its number.",
        example="user_id:1",
    ),
    Field(
        name="actor",
        kind="text",
        summary="Who acted, by name.",
        example="actor:ada@*",
        also=("user",),
    ),
    Field(
        name="ip_address",
        kind="text",
        summary="Where it came from.",
        example="ip_address:10.0.*",
        also=("ip",),
    ),
    Field(
        name="error_type",
        kind="text",
        summary="The kind of error.",
        example="error_type:*Timeout*",
        also=("error",),
    ),
    Field(
        name="stack_trace",
        kind="text",
        summary="Where the error came from.",
        example="stack_trace:*pool.py*",
        also=("stack",),
    ),
    Field(
        name="id",
        kind="number",
        summary="The line's number.",
        example="id:[1000 TO 2000]",
    ),
)

FIELDS: dict[str, Field] = {field.name: field for field in _ALL}
"""By name."""

NAMES: dict[str, str] = {
    **{field.name: field.name for field in _ALL},
    **{also: field.name for field in _ALL for also in field.also},
}
"""What each name means, the other ones included."""

FACT = "fields."
"""How the name of a further fact begins."""


def kind_of(name: str) -> Kind | Literal["fact"]:
    """Return what the values of a field are."""
    return "fact" if name.startswith(FACT) else FIELDS[name].kind
