"""`entrepot exports …`."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import click
import msgspec

from entrepot.base.errors import Conflict
from entrepot.base.house import House
from entrepot.connections import StatementSource, query_source, table_source
from entrepot.exports import options, service
from entrepot.exports.asker import Asker
from entrepot.exports.asking import load_request
from entrepot.exports.choosing import format_of_name
from entrepot.exports.naming import file_name
from entrepot.exports.planning import plan_file
from entrepot.exports.progress import shown_progress
from entrepot.exports.receipts import Receipt
from entrepot.exports.registry import FORMATS
from entrepot.exports.service import Finished
from entrepot.exports.verify import verify_file
from entrepot.exports.wanted import ExportRequest, Source
from entrepot.web import terminal

STDOUT = terminal.STDOUT
EMPTY: tuple[object, ...] = (None, "", (), {})


@click.group("exports")
def group() -> None:
    """Rows to files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What `run` is asked for, as it stands on the command line."""

    connection: str
    table: str | None
    schema: str
    sql: str | None
    columns: str
    where: tuple[str, ...]
    order_by: str
    limit: int | None
    format: str | None
    output: str | None
    option: tuple[str, ...]
    template: str
    request: Path | None
    background: bool
    deliver_to: tuple[str, ...]


@group.command("run")
@click.argument("connection", default="")
@click.argument("table", required=False)
@click.option("--sql", help="Export this SELECT instead of a table.")
@click.option("--schema", default="", help="The table's schema, if there are several.")
@click.option("--columns", default="", help="Names, separated by commas.")
@click.option("--where", multiple=True, help="column:op:value; may be repeated.")
@click.option("--order-by", default="", help="`column` or `column desc`, by commas.")
@click.option("--limit", type=click.IntRange(min=0), help="The most rows.")
@click.option("--format", help="As `exports formats` lists; else by the output's name.")
@click.option("--output", "-o", help="The file, or - for standard output.")
@click.option("--option", multiple=True, help="name=value of the format; repeatable.")
@click.option("--template", default="", help="Shape the rows by this template.")
@click.option(
    "--request",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A request as JSON or TOML, as `POST /api/exports` takes it.",
)
@click.option("--background", is_flag=True, help="Let a worker do it.")
@click.option("--deliver-to", multiple=True, help="A destination; a worker sends it.")
@terminal.json_option
@terminal.pass_house
def run(house: House, /, *, as_json: bool, **values: Any) -> None:
    """Export TABLE of CONNECTION, or a SELECT, to a file that is whole or not there."""
    wish = Wish(**values)
    if wish.request is None and (wish.table is None) == (wish.sql is None):
        raise click.UsageError("name a table, or give a SELECT by --sql")
    if wish.output == STDOUT and as_json:
        raise click.UsageError("--json and --output - both want standard output")
    if wish.background or wish.deliver_to:
        _submit(house, wish, as_json)
        return
    finished = _export(house, wish)
    if wish.output == STDOUT:
        terminal.pour(finished.path)
    elif as_json:
        terminal.print_json({"path": finished.path, "receipt": finished.receipt})
    else:
        click.echo(_sentence(finished))


def _export(house: House, wish: Wish) -> Finished:
    with terminal.interruptible() as is_wanted:
        is_shaped = wish.template or wish.request
        make = _requested if is_shaped else _plain
        finished = make(house, wish, is_wanted)
    if wish.output != STDOUT:
        finished.path.chmod(0o666 & ~terminal.umask())
    return finished


def _plain(house: House, wish: Wish, is_wanted: Callable[[], bool]) -> Finished:
    source = _source(house, wish)
    format = wish.format or format_of_name(wish.output or "", usual="csv")
    with shown_progress(source.title, source.estimated_rows) as tell:
        return service.run_export(
            house,
            source,
            format=format,
            options=_options(wish.option),
            by=getpass.getuser(),
            to=_path(wish, source.title, FORMATS.get(format).extension),
            progress=tell,
            is_wanted=is_wanted,
        )


def _requested(house: House, wish: Wish, is_wanted: Callable[[], bool]) -> Finished:
    request, who = _request(wish), Asker(name=getpass.getuser())
    plan = plan_file(house, request)
    to = _path(wish, *plan.file_name.rsplit(".", 1))
    with shown_progress(plan.title, plan.facts.estimated_rows) as tell:
        return service.run_request(
            house, request, who, to=to, progress=tell, is_wanted=is_wanted
        )


def _submit(house: House, wish: Wish, as_json: bool) -> None:
    request = msgspec.structs.replace(_request(wish), wait=False)
    if wish.deliver_to:
        request = msgspec.structs.replace(request, deliver_to=list(wish.deliver_to))
    seen = service.create_export(house, request, Asker(name=getpass.getuser()))
    if as_json:
        terminal.print_json(seen)
    else:
        click.echo(f"{seen.id}: {seen.status}; `entrepot exports status {seen.id}`")


def _request(wish: Wish) -> ExportRequest:
    """Return what is asked for; a file of a request beats the command line's source."""
    if wish.request is not None:
        return load_request(wish.request)
    source = Source(
        connection=wish.connection,
        table=wish.table or "",
        schema=wish.schema,
        query=wish.sql or "",
        columns=wish.columns,
        where=list(wish.where),
        order_by=wish.order_by,
        limit=wish.limit,
    )
    named = (
        ""
        if wish.output in (None, STDOUT)
        else format_of_name(wish.output or "", usual="csv")
    )
    return ExportRequest(
        source=source,
        format=wish.format or named,
        options=dict(_options(wish.option)),
        template=wish.template,
    )


def _source(house: House, wish: Wish) -> StatementSource:
    if wish.table is None:
        return query_source(house, wish.connection, wish.sql or "")
    return table_source(
        house,
        wish.connection,
        wish.schema,
        wish.table,
        columns=wish.columns,
        where=wish.where,
        order_by=wish.order_by,
        limit=wish.limit,
    )


def _options(texts: Sequence[str]) -> dict[str, str]:
    chosen = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"--option is name=value, not {text!r}")
        chosen[name.strip()] = value
    return chosen


def _path(wish: Wish, title: str, extension: str) -> Path | None:
    """Return where the file is to be; None for the home, on its way to stdout.

    Raises:
        Conflict: The name is ours to choose, and there is such a file already.
    """
    if wish.output == STDOUT:
        return None
    if wish.output:
        return Path(wish.output).absolute()
    path = Path.cwd() / file_name(title, extension)
    if path.exists():
        raise Conflict(
            f"there is a file {path.name} here already",
            hint=f"`--output {path.name}` replaces it",
        )
    return path


def _sentence(finished: Finished) -> str:
    receipt = finished.receipt
    cut = f", {receipt.cells_cut:,} cells cut" if receipt.cells_cut else ""
    return (
        f"{finished.path}: {receipt.rows:,} rows, {receipt.size_bytes:,} bytes "
        f"in {receipt.seconds:.1f} s{cut} (receipt {receipt.id})"
    )


@group.command("list")
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="The most exports.",
)
@click.option("--after", help="Go on behind the receipt of this id.")
@terminal.json_option
@terminal.pass_house
def list_receipts(
    house: House, *, limit: int, after: str | None, as_json: bool
) -> None:
    """List the exports, newest first."""
    found = service.list_receipts(house, limit, after)
    if as_json:
        terminal.print_json(found)
        return
    columns = ("id", "status", "file", "rows", "bytes", "started", "by")
    terminal.print_table(columns, map(_row, found))


def _row(receipt: Receipt) -> tuple[object, ...]:
    return (
        receipt.id,
        receipt.status,
        receipt.file_name,
        receipt.rows,
        receipt.size_bytes,
        f"{receipt.started_at:%Y-%m-%dT%H:%M:%SZ}",
        receipt.created_by,
    )


@group.command("show")
@click.argument("id")
@terminal.json_option
@terminal.pass_house
def show(house: House, *, id: str, as_json: bool) -> None:
    """Show the receipt of an export."""
    _show(service.get_receipt(house, id), as_json)


@group.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--receipt",
    "receipt_path",
    type=click.Path(path_type=Path),
    help="A receipt as JSON, of an export made elsewhere.",
)
@terminal.json_option
@terminal.pass_house
def verify(
    house: House, *, file: Path, receipt_path: Path | None, as_json: bool
) -> None:
    """Tell whether FILE is what an export left, unchanged."""
    verified = verify_file(house, file, receipt_path)
    receipt = verified.receipt
    if as_json:
        terminal.print_json(verified)
        return
    counted = "" if verified.counted_rows is None else ", counted again"
    click.echo(
        f"{file}: unchanged. {receipt.rows:,} rows of {receipt.title} as "
        f"{receipt.format}{counted}, exported {receipt.started_at:%Y-%m-%d %H:%M} UTC "
        f"by {receipt.created_by or 'somebody'} (receipt {receipt.id})"
    )


@group.command("formats")
@terminal.json_option
def list_formats(*, as_json: bool) -> None:
    """List the export formats and their options."""
    formats = options.list_formats()
    if as_json:
        terminal.print_json(formats)
        return
    for format in formats:
        click.echo(f"{format.name:10} {format.summary}")
        for option in format.options:
            choices = " | ".join(map(str, option.choices)) or option.type
            line = f"{option.name}={option.default}  {option.help} [{choices}]"
            click.echo(f"{'':10}   {line}")


def _show(receipt: Receipt, as_json: bool) -> None:
    if as_json:
        terminal.print_json(receipt)
        return
    said = {field.name: getattr(receipt, field.name) for field in fields(receipt)}
    facts = {name: value for name, value in said.items() if value not in EMPTY}
    facts["columns"] = ", ".join(f"{c.name} {c.type}" for c in receipt.columns)
    terminal.print_facts(facts)
