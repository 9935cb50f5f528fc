"""The OpenAPI document as chapters that a page can show."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A parameter, or a field of a body."""

    name: str
    place: str
    type: str
    is_required: bool
    default: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What may come back."""

    status: str
    description: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    values: list[Value]
    answer: str
    answers: list[Answer]
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """The operations of one tag."""

    title: str
    operations: list[Operation]


def read_reference(document: Json, origin: str) -> list[Chapter]:
    """Return the chapters by tag; `origin` begins the addresses of the examples."""
    chapters: dict[str, Chapter] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = operation["tags"][0]
            chapter = chapters.setdefault(tag, Chapter(title=tag, operations=[]))
            schemas = document["components"]["schemas"]
            made = _operation(path, method, operation, schemas, origin)
            chapter.operations.append(made)
    return [chapters[tag] for tag in sorted(chapters)]


def _operation(
    path: str, method: str, operation: Json, schemas: Json, origin: str
) -> Operation:
    body = _body_schema(operation, schemas)
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        values=[
            *(_parameter(found) for found in operation.get("parameters", ())),
            *_fields(body),
        ],
        answer=_good_answer(operation),
        answers=[_answer(*item) for item in sorted(operation["responses"].items())],
        command=_command(path, method, operation, body, origin),
    )


def _parameter(found: Json) -> Value:
    schema = found["schema"]
    return Value(
        name=found["name"],
        place=found["in"],
        type=type_words(schema),
        is_required=found.get("required", False),
        default=_default(schema),
        description=found.get("description", ""),
    )


def _body_schema(operation: Json, schemas: Json) -> Json:
    if "requestBody" not in operation:
        return {}
    schema: Json = operation["requestBody"]["content"]["application/json"]["schema"]
    return _resolved(schema, schemas)


def _resolved(schema: Json, schemas: Json) -> Json:
    if "$ref" not in schema:
        return schema
    found: Json = schemas[schema["$ref"].rpartition("/")[2]]
    return found


def _fields(schema: Json) -> list[Value]:
    required = schema.get("required", ())
    return [
        Value(
            name=name,
            place="body",
            type=type_words(found),
            is_required=name in required,
            default=_default(found),
            description=found.get("description", ""),
        )
        for name, found in schema.get("properties", {}).items()
    ]


def _default(schema: Json) -> str:
    default = schema.get("default")
    return "" if default in (None, "", [], {}) else str(default).lower()


def type_words(schema: Json) -> str:
    """Return a schema's type as people say it, e.g. `list of Product`."""
    match schema:
        case {"$ref": str(reference)}:
            return reference.rpartition("/")[2]
        case {"enum": choices}:
            return " or ".join(map(str, choices))
        case {"anyOf": options}:
            words = [type_words(option) for option in options]
            return " or ".join(word for word in words if word != "null")
        case {"type": "array"}:
            return f"list of {type_words(schema.get('items') or {})}"
        case {"type": str(name)}:
            bounds = [schema.get("minimum"), schema.get("maximum")]
            words = [f"{b:,}" for b in bounds if b is not None]
            return f"{name}, {' to '.join(words)}" if len(words) == 2 else name
        case _:
            return "any"


def _good_answer(operation: Json) -> str:
    for status, found in sorted(operation["responses"].items()):
        if not status.startswith("2"):
            continue
        for media_type, content in found.get("content", {}).items():
            schema = content.get("schema", {})
            data = schema.get("properties", {}).get("data")
            if media_type == "application/json":
                return type_words(data or schema)
            return "a file"
    return ""


def _answer(status: str, found: Json) -> Answer:
    kinds = list(found.get("content", {}))
    return Answer(
        status=status,
        description=found.get("description", ""),
        media_type=kinds[0] if kinds else "",
    )


def _command(path: str, method: str, operation: Json, body: Json, origin: str) -> str:
    for found in operation.get("parameters", ()):
        if found["in"] == "path" and "example" in found:
            path = path.replace("{" + found["name"] + "}", str(found["example"]))
    is_file = _good_answer(operation) == "a file"
    words = (
        ["curl"]
        + (["-OJ"] if is_file else [])
        + (["-X", method.upper()] if method != "get" else [])
    )
    words.append(shlex.quote(origin + path) if "{" in path else origin + path)
    if body:
        words += ["--json", shlex.quote(_example(body))]
    return " ".join(words)


def _example(body: Json) -> str:
    fields = body.get("properties", {})
    shown = {
        name: (fields[name].get("examples") or ["…"])[0]
        for name in body.get("required", ())
    }
    pairs = ", ".join(f'"{name}": "{value}"' for name, value in shown.items())
    return "{" + pairs + "}"
