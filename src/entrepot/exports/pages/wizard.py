"""What the pages of a new export show, built from what is chosen so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.base.names import encode_name, split_names
from entrepot.connections import Filter, list_connections, open_database, parse_filter
from entrepot.delivery import DestinationSeen, list_destinations
from entrepot.exports.choosing import FormatChoice, list_choices
from entrepot.exports.options import read_options
from entrepot.exports.pages.wish import Wish
from entrepot.exports.plan import FilePlan
from entrepot.exports.planning import USUAL_FORMAT, plan_file
from entrepot.exports.previewing import list_columns, preview_request
from entrepot.exports.registry import FORMATS
from entrepot.exports.template.library import (
    TemplateLine,
    get_template,
    list_templates,
)
from entrepot.exports.template.preview import (
    PREVIEW_ROWS,
    Preview,
    PreviewColumn,
)
from entrepot.exports.uploads import Upload, get_upload, sheet_of
from entrepot.web.guard import Identity

Kind = Literal["table", "query", "file"]
ICONS = (
    (("int", "uint", "float", "double", "half", "decimal"), "number"),
    (("date", "timestamp"), "calendar"),
    (("time", "duration"), "clock"),
    (("bool",), "yes-no"),
    (("string", "large_string"), "text"),
)
"""By how Arrow's word for a type begins."""

NUMBERS = ICONS[0][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChoice:
    """A table to choose; `value` is schema and name, as in a form."""

    value: str
    name: str
    schema: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChoice:
    """A column to take or leave."""

    name: str
    type: str
    icon: str
    is_taken: bool
    heading: str


@dataclass(slots=True, kw_only=True)
class Wizard:
    """One step.

    Attributes:
        wrongs: What is wrong at a field, by its name.
        problem: What is wrong with no field of its own.
        natural: All columns of the source in its order.
        by: Who chooses; an upload is there only for whoever sent it.
        upload: The file that was sent.
    """

    step: str
    wish: Wish
    kind: Kind
    can_query: bool
    by: str
    wrongs: dict[str, str] = field(default_factory=dict)
    problem: EntrepotError | None = None
    connections: list[str] = field(default_factory=list)
    tables: list[TableChoice] = field(default_factory=list)
    natural: list[PreviewColumn] = field(default_factory=list)
    columns: list[ColumnChoice] = field(default_factory=list)
    templates: list[TemplateLine] = field(default_factory=list)
    formats: list[FormatChoice] = field(default_factory=list)
    format: FormatChoice | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    plan: FilePlan | None = None
    preview: Preview | None = None
    destinations: list[DestinationSeen] = field(default_factory=list)
    upload: Upload | None = None

    @property
    def table_value(self) -> str:
        """Return the chosen table as the form has it."""
        wish = self.wish
        return table_value(wish.schema, wish.table) if wish.table else ""

    @property
    def filters(self) -> list[Filter]:
        """Return the conditions as the form shows them."""
        return [parse_filter(where) for where in self.wish.where]

    @property
    def orders(self) -> list[tuple[str, str]]:
        """Return the orders to choose from: as the address has them, and in words."""
        found = []
        for name in (column.name for column in self.natural):
            value = encode_name(name, ",")
            found += [(value, f"{name}, rising"), (f"{value} desc", f"{name}, falling")]
        said = self.wish.order_by
        if said and said not in dict(found):
            found.append((said, said))
        return found

    @property
    def rows(self) -> int | None:
        """Return how many rows there are, where that is known exactly."""
        known = self.plan.facts.expected_rows if self.plan else None
        if known is None and self.preview and len(self.preview.sheets) == 1:
            [sheet] = self.preview.sheets
            keeps_all = not sheet.is_partial or not self.wish.template
            is_all = keeps_all and len(sheet.rows) < PREVIEW_ROWS
            return len(sheet.rows) if is_all else None
        return known

    @property
    def about_rows(self) -> int | None:
        """Return how many there may be."""
        return self.plan.facts.estimated_rows if self.plan else None

    @property
    def taken_count(self) -> int:
        """Return how many columns are taken."""
        return sum(column.is_taken for column in self.columns)


def begin(house: House, wish: Wish, kind: Kind, who: Identity) -> Wizard:
    """Return the first step with the source looked at; what is wrong is noted."""
    may = who.role != "viewer"
    page = Wizard(step="rows", wish=wish, kind=kind, can_query=may, by=who.name)
    page.connections = [one.name for one in list_connections(house)]
    if kind == "table" and wish.connection:
        _note(page, "connection", lambda: _list_tables(house, page))
    if wish.has_source and not page.wrongs:
        _look_at_source(house, page)
    return page


def show_format(house: House, page: Wizard) -> None:
    """Add what the step of format and columns shows."""
    wish = page.wish
    page.templates = list_templates(house)
    page.formats = list_choices()
    chosen = wish.format or _format_of_template(house, page) or USUAL_FORMAT
    known = {choice.name: choice for choice in page.formats}
    if chosen not in known:
        page.wrongs["format"] = f"There is no format {chosen}"
    page.format = known.get(chosen, known[USUAL_FORMAT])
    _note(page, "split", wish.parts)
    _check_options(page)
    page.columns = _choices(page.natural, wish)
    if not page.wrongs:
        _show_preview(house, page)


def show_delivery(house: House, page: Wizard) -> None:
    """Add what the last step shows."""
    show_format(house, page)
    page.destinations = list_destinations(house)
    known = {one.name for one in page.destinations}
    gone = [name for name in page.wish.deliver_to if name not in known]
    if gone:
        page.wrongs["deliver_to"] = f"There is no destination {gone[0]} any more"


def defaults_of(format: str) -> dict[str, object]:
    """Return the usual value of each option of a format; none of an unknown one."""
    known = FORMATS.get(format).options if format in FORMATS.names() else ()
    return {option.name: option.default for option in known}


def table_value(schema: str, table: str) -> str:
    """Return a table as forms have it."""
    return f"{encode_name(schema, ':')}:{encode_name(table, ':')}"


def icon_of(type: str) -> str:
    """Return the icon of an Arrow type."""
    return next((icon for names, icon in ICONS if type.startswith(names)), "braces")


def is_number(type: str) -> bool:
    """Tell whether values of an Arrow type stand at the right."""
    return type.startswith(NUMBERS)


def _list_tables(house: House, page: Wizard) -> None:
    database = open_database(house, page.wish.connection)
    for schema in database.list_schemas():
        for table in database.list_tables(schema.name):
            note = f"about {table.row_count:,} rows" if table.row_count else table.type
            value = table_value(schema.name, table.name)
            page.tables.append(
                TableChoice(value=value, name=table.name, schema=schema.name, note=note)
            )


def _look_at_source(house: House, page: Wizard) -> None:
    wish = page.wish
    if not wish.upload and wish.connection not in page.connections:
        page.wrongs["connection"] = f"There is no connection {wish.connection}"
        return
    try:
        if wish.upload:
            page.upload = get_upload(house, wish.upload, by=page.by)
            sheet_of(page.upload, wish.sheet)
        page.natural = list_columns(house, wish.source())
    except EntrepotError as error:
        is_narrowed = page.kind == "table" and bool(wish.where or wish.order_by)
        page.wrongs["where" if is_narrowed else page.kind] = said(error)


def _format_of_template(house: House, page: Wizard) -> str:
    if not page.wish.template:
        return ""
    try:
        return get_template(house, page.wish.template).document().format
    except EntrepotError as error:
        page.wrongs["template"] = said(error)
        return ""


def _check_options(page: Wizard) -> None:
    assert page.format is not None
    format = FORMATS.get(page.format.name)
    page.options = {**defaults_of(format.name), **page.wish.options}
    for name, value in page.wish.options.items():
        _note(page, f"option-{name}", partial(read_options, format, {name: value}))


def _show_preview(house: House, page: Wizard) -> None:
    try:
        request = page.wish.request()
        page.plan = plan_file(house, request)
        page.preview = preview_request(house, request)
    except EntrepotError as error:
        page.problem = error


def _choices(natural: list[PreviewColumn], wish: Wish) -> list[ColumnChoice]:
    """Return the taken columns in their order, then those that are left out."""
    by_name = {column.name: column for column in natural}
    chosen = [name for name in split_names(wish.columns) if name in by_name]
    taken = set(chosen or by_name)
    names = chosen + [name for name in by_name if name not in set(chosen)]
    return [
        ColumnChoice(
            name=name,
            type=by_name[name].type,
            icon=icon_of(by_name[name].type),
            is_taken=name in taken,
            heading=wish.headings.get(name, ""),
        )
        for name in names
    ]


def _note(page: Wizard, name: str, check: Callable[[], object]) -> None:
    try:
        check()
    except EntrepotError as error:
        page.wrongs[name] = said(error)


def said(error: EntrepotError) -> str:
    """Return what to say of an error at a field."""
    words = str(error)
    return f"{words}. {error.hint}" if error.hint else words
