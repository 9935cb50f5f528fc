"""What the form of a saved query says, and the query that it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from entrepot.console.binding import place_names
from entrepot.console.pages.query_values import shown
from entrepot.console.saved.parameters import typed
from entrepot.console.saved.spec import (
    Parameter,
    QueryChange,
    QuerySeen,
    QueryWanted,
)
from entrepot.console.spec import Scalar
from entrepot.web.routes import read_values


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRow:
    """A parameter as its fields have it; `choices` one a line.

    Attributes:
        is_empty_text: Without a default it has the empty text, not none.
    """

    name: str
    type: str = "text"
    label: str = ""
    default: str = ""
    choices: str = ""
    required: bool = True
    is_empty_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryForm:
    """The fields of a saved query's form; `version` is the one that is changed."""

    name: str = ""
    description: str = ""
    connection: str = ""
    tags: str = ""
    sql: str = ""
    note: str = ""
    is_shared: bool = False
    version: int = 0
    rows: list[ParameterRow] = field(default_factory=list)


def form_of(seen: QuerySeen) -> QueryForm:
    """Return the form of a saved query."""
    return QueryForm(
        name=seen.name,
        description=seen.description,
        connection=seen.connection,
        tags=", ".join(seen.tags),
        sql=seen.sql,
        is_shared=seen.is_shared,
        version=seen.version,
        rows=[_row(one) for one in seen.parameters],
    )


def read_form(form: MultiDict[str, str]) -> QueryForm:
    """Return what was sent, with rows for the parameters that it had fields for."""
    said = {
        name: form.get(name, "").strip()
        for name in ("name", "description", "connection", "tags", "note")
    }
    return QueryForm(
        **said,
        sql=form.get("sql", "").replace("\r\n", "\n"),
        is_shared="shared" in form,
        version=form.get("version", 0, type=int),
        rows=[_read_row(form, name) for name in form.getlist("parameter")],
    )


def with_places(form: QueryForm, dialect: str) -> QueryForm:
    """Return the form with a row for each place of its SQL, and no others."""
    known = {row.name: row for row in form.rows}
    names = place_names(form.sql, dialect)
    return replace(
        form, rows=[known.get(name) or ParameterRow(name=name) for name in names]
    )


def wanted_of(form: QueryForm) -> QueryWanted:
    """Return the query to be kept.

    Raises:
        Invalid: A field is too long or empty, or a default is not of its type.
    """
    wanted: QueryWanted = read_values(_said(form, ()), QueryWanted)
    return wanted


def change_of(form: QueryForm, seen: QuerySeen) -> QueryChange:
    """Return what is to be different of a query.

    Raises:
        Invalid: As `wanted_of`.
    """
    said = _said(form, seen.parameters)
    change: QueryChange = read_values(said | {"version": form.version}, QueryChange)
    return change


def _said(form: QueryForm, before: Sequence[Parameter]) -> dict[str, object]:
    old = {one.name: one for one in before}
    return {
        "name": form.name,
        "description": form.description,
        "connection": form.connection,
        "sql": form.sql,
        "tags": [tag.strip() for tag in form.tags.split(",") if tag.strip()],
        "parameters": [_parameter(row, old.get(row.name)) for row in form.rows],
        "is_shared": form.is_shared,
        "note": form.note,
    }


def _parameter(row: ParameterRow, old: Parameter | None) -> dict[str, object]:
    """Return a parameter as JSON has it; choices keep the types that they had."""
    known = {shown(one): one for one in (old.choices if old else [])}
    lines = [line.strip() for line in row.choices.splitlines() if line.strip()]
    said: dict[str, object] = {
        "name": row.name,
        "type": row.type,
        "label": row.label,
        "choices": [known.get(line, line) for line in lines],
        "required": row.required,
    }
    bare: Parameter = read_values(said, Parameter)
    return said | {"default": _default(row, bare)}


def _default(row: ParameterRow, bare: Parameter) -> Scalar:
    if row.default:
        return typed(bare, row.default)
    return "" if row.is_empty_text and row.type == "text" else None


def _row(parameter: Parameter) -> ParameterRow:
    return ParameterRow(
        name=parameter.name,
        type=parameter.type,
        label=parameter.label,
        default=shown(parameter.default),
        choices="\n".join(map(shown, parameter.choices)),
        required=parameter.required,
        is_empty_text=parameter.default == "",
    )


def _read_row(form: MultiDict[str, str], name: str) -> ParameterRow:
    def said(what: str) -> str:
        return form.get(f"{what}.{name}", "").strip()

    return ParameterRow(
        name=name,
        type=said("type"),
        label=said("label"),
        default=said("default"),
        choices=said("choices"),
        required=f"required.{name}" in form,
        is_empty_text=f"empty.{name}" in form,
    )
