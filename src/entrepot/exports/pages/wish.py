"""What a person has chosen of a new export so far: all of it fits an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from werkzeug.datastructures import MultiDict

from entrepot.base.errors import Invalid
from entrepot.base.names import decode_name, encode_name, split_names
from entrepot.connections import Filter
from entrepot.exports.wanted import ExportRequest, Operation, Rename, Select, Split
from entrepot.exports.wanted import Source as WantedSource

Form = MultiDict[str, str]
MOST_ROWS = 10_000_000
"""Of a part, where the rows are split."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The choices; texts as they stand in addresses, what is empty is not chosen.

    Attributes:
        columns: The taken ones in their order, all when empty.
        heading: `column:Heading`, where it is another than the column's name.
        sheet: Of an uploaded workbook; its first when empty.
        option: `name:value` of the format, where it is not the usual one.
        split: Rows for each file of an archive.
    """

    connection: str = ""
    schema: str = ""
    table: str = ""
    where: tuple[str, ...] = ()
    order_by: str = ""
    query: str = ""
    upload: str = ""
    sheet: str = ""
    columns: str = ""
    heading: tuple[str, ...] = ()
    template: str = ""
    format: str = ""
    option: tuple[str, ...] = ()
    split: str = ""
    title: str = ""
    file_name: str = ""
    deliver_to: tuple[str, ...] = ()

    @property
    def has_source(self) -> bool:
        """Tell whether it is said where the rows come from."""
        is_far = bool(self.table or self.query.strip()) and bool(self.connection)
        return is_far or bool(self.upload)

    @property
    def headings(self) -> dict[str, str]:
        """Return the headings that differ, by column."""
        return _pairs_of(self.heading)

    @property
    def options(self) -> dict[str, str]:
        """Return the format's options that were chosen, by name."""
        return _pairs_of(self.option)

    def pairs(self, *without: str) -> list[tuple[str, str]]:
        """Return name and value of all that is chosen, for addresses and forms."""
        found: list[tuple[str, str]] = []
        for name in (field.name for field in fields(self)):
            value = getattr(self, name)
            values = value if isinstance(value, tuple) else (value,)
            if name not in without:
                found += [(name, text) for text in values if text]
        return found

    def source(self) -> WantedSource:
        """Return where the rows come from, with all columns."""
        if self.upload:
            return WantedSource(upload=self.upload, sheet=self.sheet)
        if self.query.strip():
            return WantedSource(connection=self.connection, query=self.query)
        return WantedSource(
            connection=self.connection,
            schema=self.schema,
            table=self.table,
            where=list(self.where),
            order_by=self.order_by,
        )

    def request(self) -> ExportRequest:
        """Return the export that this asks for.

        Raises:
            Invalid: The rows of a part are no number.
        """
        by_columns: tuple[Operation, ...] = () if self.template else self._operations()
        return ExportRequest(
            source=self.source(),
            format=self.format,
            options=dict(self.options),
            operations=list(by_columns),
            template=self.template,
            title=self.title,
            file_name=self.file_name,
            split=self.parts(),
            deliver_to=list(self.deliver_to),
        )

    def parts(self) -> Split | None:
        """Return how the rows are split.

        Raises:
            Invalid: The rows of a part are no number.
        """
        text = self.split.strip().replace(",", "").replace(" ", "")
        if not text:
            return None
        if not text.isdecimal() or not 1 <= int(text) <= MOST_ROWS:
            raise Invalid(f"{self.split!r} is not from 1 to {MOST_ROWS:,} rows")
        return Split(rows=int(text))

    def _operations(self) -> tuple[Operation, ...]:
        found: list[Operation] = []
        if self.columns:
            found.append(Select(columns=split_names(self.columns)))
        names = set(split_names(self.columns))
        renamed = {c: h for c, h in self.headings.items() if not names or c in names}
        if renamed:
            found.append(Rename(columns=renamed))
        return tuple(found)


def read_wish(values: Form) -> Wish:
    """Return what an address or the plain fields of a form say."""
    found: dict[str, object] = {}
    for field in fields(Wish):
        given = [text for text in values.getlist(field.name) if text]
        if field.default == ():
            found[field.name] = tuple(given)
        else:
            found[field.name] = given[-1] if given else ""
    return Wish(**found)  # type: ignore[arg-type]  # texts and tuples of them, by name


def read_form(form: Form, defaults: Mapping[str, object]) -> Wish:
    """Return what a form says: plain fields, then what its rows build.

    Args:
        defaults: The usual value of each option of the format that the form showed.
    """
    wish = read_wish(form)
    if "table_of" in form:
        wish = _with_table(wish, form)
    if "filter_column" in form:
        wish = replace(wish, where=_filters(form))
    if "column" in form:
        wish = _with_columns(wish, form)
    given = {k[7:]: v for k, v in form.items() if k.startswith("option-")}
    chosen = {n: v for n, v in given.items() if v != _text(defaults.get(n))}
    if given and form.get("options_of") == wish.format:
        wish = replace(wish, option=tuple(f"{n}:{v}" for n, v in chosen.items()))
    elif "options_of" in form:
        wish = replace(wish, option=())
    return wish


def _with_table(wish: Wish, form: Form) -> Wish:
    """Take the chosen table; what was said of another one goes with it."""
    said = form.get("table_of", "")
    schema, _, table = said.partition(":")
    found = replace(wish, schema=decode_name(schema), table=decode_name(table))
    if said == form.get("table_was", said):
        return found
    return replace(found, where=(), order_by="", columns="", heading=())


def _filters(form: Form) -> tuple[str, ...]:
    rows = zip(
        form.getlist("filter_column"),
        form.getlist("filter_op"),
        form.getlist("filter_value"),
        strict=False,
    )
    return tuple(Filter(c, op, value).where() for c, op, value in rows if c)


def _with_columns(wish: Wish, form: Form) -> Wish:
    names, takes = form.getlist("column"), set(form.getlist("take"))
    heads = dict(zip(names, form.getlist("head"), strict=False))
    names = _moved(names, form.get("go", ""))
    taken = [name for name in names if name in takes]
    is_usual = taken == form.getlist("natural") or not taken
    heading = tuple(
        f"{encode_name(name, ':')}:{heads[name].strip()}"
        for name in taken
        if heads.get(name, "").strip() not in ("", name)
    )
    columns = "" if is_usual else ",".join(encode_name(n, ",") for n in taken)
    return replace(wish, columns=columns, heading=heading)


def _moved(names: list[str], go: str) -> list[str]:
    """Return the columns after one went up or down: `up:3` is the fourth."""
    way, _, place = go.partition(":")
    if way not in ("up", "down") or not place.isdecimal():
        return names
    old = int(place)
    new = old - 1 if way == "up" else old + 1
    if not (0 <= old < len(names) and 0 <= new < len(names)):
        return names
    moved = list(names)
    moved[old], moved[new] = moved[new], moved[old]
    return moved


def _pairs_of(texts: tuple[str, ...]) -> dict[str, str]:
    pairs = (text.partition(":") for text in texts)
    return {decode_name(name): value for name, _, value in pairs}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
