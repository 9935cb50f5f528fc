"""`entrepot logs …`."""

from __future__ import annotations

import getpass
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, get_args

import click
import msgspec

from entrepot.base import spans
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.watch.errors import InvalidQuery
from entrepot.watch.lines import service
from entrepot.watch.lines.following import follow
from entrepot.watch.lines.wanted import parse_cursor, parse_wanted
from entrepot.watch.lines.wanted import search as also
from entrepot.watch.spec import Level, Line, Order
from entrepot.web import terminal

POLL_SECONDS = 1.0
COLOURS: dict[Level, str] = {
    "DEBUG": "dim",
    "INFO": "green",
    "WARNING": "yellow",
    "ERROR": "red",
    "CRITICAL": "bold red",
}
BEFORE, SHOWN = 50, 75
"""Characters of a search that are shown before what is wrong in it, and in all."""
Command = TypeVar("Command", bound=Callable[..., object])

_SOME = (
    click.option("--level", multiple=True, help="Of this level; may be repeated."),
    click.option("--min-level", default="", help="Of this level or above."),
    click.option("--logger", default="", help="Of this logger, or one below it."),
    click.option("-q", "--words", "q", default="", help="With these words."),
)
_OTHERS = (
    click.option("--since", "start_date", default="", help="Day or time, UTC."),
    click.option("--until", "end_date", default="", help="Day or time, UTC."),
    click.option("--request", "request_id", default="", help="Of this request."),
    click.option("--trace", "trace_id", default="", help="Of this trace."),
    click.option("--job", "job_id", default="", help="Of this job."),
    click.option("--user", "user_id", type=int, help="Of the person of this number."),
    click.option("--endpoint", default="", help="Of requests to this endpoint."),
    click.option("--status", default="", help="Answered so: 404, or 5xx."),
    click.option("--min-duration-ms", type=float, help="That took at least so long."),
)


def _with(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


@click.group("logs")
def group() -> None:
    """The log: look, search, follow, empty."""


@group.command("tail")
@click.option("-f", "--follow", "is_followed", is_flag=True, help="Wait for more.")
@click.option(
    "-n",
    "--lines",
    default=20,
    show_default=True,
    type=click.IntRange(0, 10_000),
    help="So many of the last ones.",
)
@_with(*_SOME)
@terminal.json_option
@terminal.pass_house
def tail(
    house: House, /, *, lines: int, is_followed: bool, as_json: bool, **asked: Any
) -> None:
    """Show the last lines, oldest first; as JSON, one object a line."""
    wanted = parse_wanted(**asked)
    found = service.list_lines(house, wanted, limit=max(1, lines))
    _show(reversed(found.lines[:lines]), as_json=as_json)
    if is_followed:
        spans.forget()
        more = follow(house, wanted, after=found.newest, wait=_pause)
        _show(_until_interrupted(more), as_json=as_json)


@group.command("search")
@click.argument("words", nargs=-1)
@click.option("--saved", default="", help="The saved search of this name, besides.")
@_with(*_SOME, *_OTHERS)
@click.option("--before", default="", help="Only older lines than this number.")
@click.option(
    "--sort",
    default="-timestamp",
    show_default=True,
    type=click.Choice(get_args(Order)),
    help="Newest, longest or highest first with a minus.",
)
@click.option(
    "--limit",
    default=100,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="At most so many.",
)
@terminal.json_option
@terminal.pass_house
def search(
    house: House,
    /,
    *,
    words: tuple[str, ...],
    saved: str,
    before: str,
    sort: Order,
    limit: int,
    as_json: bool,
    **asked: Any,
) -> None:
    """Find lines with all of the WORDS, newest first.

    WORDS may name fields, as in 'level:ERROR AND endpoint:/api/*', ranges such as
    'duration_ms:[100 TO 500]', and be joined by AND, OR, NOT and parentheses.
    """
    asked["q"] = " ".join((*words, asked["q"])).strip()
    with _pointed_at(asked["q"]):
        wanted = parse_wanted(**asked)
    if saved:
        from entrepot.watch.search import saved as searches

        query = searches.find_search(house, _operator(), saved).query
        wanted = also(wanted, query, name="saved")
    found = service.list_lines(
        house, wanted, limit=limit, before=parse_cursor("before", before), order=sort
    )
    if as_json:
        terminal.print_json(found.lines)
        return
    _show(found.lines, as_json=False)
    if found.older is not None:
        of_all = "" if found.total is None else f" of {found.total:,}"
        click.echo(
            f"{limit:,}{of_all} lines; go on with --before {found.older}", err=True
        )


@group.command("export")
@click.argument("words", nargs=-1)
@_with(*_SOME, *_OTHERS)
@click.option("--format", default="csv", show_default=True, help="csv, excel, …")
@click.option("--output", "-o", help="The file, or - for standard output.")
@terminal.pass_house
def export(
    house: House,
    /,
    *,
    words: tuple[str, ...],
    format: str,
    output: str | None,
    **asked: Any,
) -> None:
    """Write the lines that `search` would find to a file, newest first."""
    from entrepot.exports import get_file
    from entrepot.watch.search.exporting import Wish, export_lines

    asked["q"] = " ".join((*words, asked["q"])).strip()
    with _pointed_at(asked["q"]), terminal.interruptible() as is_wanted:
        wish = Wish(asked=asked, format=format, wait=True)
        made = export_lines(house, _operator(), wish, is_wanted=is_wanted)
    file = get_file(house, made.id)
    path = terminal.copy_out(file.path, file.receipt.file_name, output)
    if path is not None:
        click.echo(f"{path}: {file.receipt.rows:,} lines (receipt {made.id})")


@group.group("searches")
def searches_group() -> None:
    """Searches of the log that are kept: one's own, and shared ones."""


@searches_group.command("list")
@terminal.json_option
@terminal.pass_house
def list_searches(house: House, *, as_json: bool) -> None:
    """List them by name."""
    from entrepot.watch.search import saved as searches

    found = searches.list_searches(house, _operator())
    if as_json:
        terminal.print_json(found)
        return
    rows = [
        (one.name, one.query, one.created_by, "yes" if one.is_shared else "")
        for one in found
    ]
    terminal.print_table(("name", "query", "by", "shared"), rows)


@searches_group.command("save")
@click.argument("name")
@click.argument("query")
@click.option("--description", default="", help="What it is for.")
@click.option("--share/--private", default=False, help="Who sees it.")
@terminal.json_option
@terminal.pass_house
def save_search(  # a search has this many facts, each named at the call
    house: House, *, name: str, query: str, description: str, share: bool, as_json: bool
) -> None:
    """Keep QUERY under NAME."""
    from entrepot.watch.search import saved as searches

    with _pointed_at(query):
        seen = searches.save_search(
            house,
            _operator(),
            searches.SearchWanted(
                name=name, query=query, description=description, is_shared=share
            ),
        )
    if as_json:
        terminal.print_json(seen)
    else:
        click.echo(f"{seen.name}: saved")


@searches_group.command("delete")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def delete_search(house: House, *, name: str, as_json: bool) -> None:
    """Forget the search of this NAME."""
    from entrepot.watch.search import saved as searches

    found = searches.find_search(house, _operator(), name)
    removed = searches.remove_search(house, _operator(), found.id)
    if as_json:
        terminal.print_json(removed)
    else:
        click.echo(f"{removed.name}: removed")


@group.command("stats")
@click.option(
    "--hours",
    default=24,
    show_default=True,
    type=click.IntRange(1, 87_840),
    help="Of how many hours errors and requests are told.",
)
@terminal.json_option
@terminal.pass_house
def stats(house: House, *, hours: int, as_json: bool) -> None:
    """Count lines by level, and errors and requests of the last hours."""
    found = service.statistics(house, hours)
    if as_json:
        terminal.print_json(found)
        return
    times = found.performance.response_times
    terminal.print_facts(
        {
            "lines": found.total,
            **{level: getattr(found, level.lower()) for level in COLOURS},
            f"errors in {hours} h": found.errors.total_errors,
            f"requests in {hours} h": found.performance.total_requests,
            **{
                f"{p} ms": _rounded(getattr(times, p)) or "no requests"
                for p in ("p50", "p95", "p99")
            },
        }
    )


@group.command("clear")
@click.option("--yes", is_flag=True, help="Do not ask.")
@terminal.json_option
@terminal.pass_house
def clear(house: House, *, yes: bool, as_json: bool) -> None:
    """Remove every line of the log; that this was done is recorded."""
    lines = service.log_size(house).lines
    if not yes:
        click.confirm(f"Remove {lines:,} lines?", abort=True, err=True)
    deleted = service.clear(house)
    if as_json:
        terminal.print_json({"deleted": deleted})
    else:
        click.echo(f"{deleted:,} lines were removed.")


def _operator() -> Identity:
    return Identity(name=getpass.getuser(), role="admin")


@contextmanager
def _pointed_at(query: str) -> Iterator[None]:
    """Show where a search goes wrong."""
    try:
        yield
    except InvalidQuery as error:
        begin = max(0, error.position - BEFORE)
        click.echo(_escaped(query[begin : begin + SHOWN]), err=True)
        here = len(_escaped(query[begin : error.position - 1]))
        click.echo(" " * here + "^", err=True)
        raise


def _pause() -> None:
    time.sleep(POLL_SECONDS)


def _until_interrupted(lines: Iterator[Line]) -> Iterator[Line]:
    try:
        yield from lines
    except KeyboardInterrupt:
        return


def _show(lines: Iterable[Line], *, as_json: bool) -> None:
    shown = _print_json if as_json else _printer()
    for line in lines:
        shown(line)
        sys.stdout.flush()  # whoever follows through a pipe sees it now


def _print_json(line: Line) -> None:
    click.echo(msgspec.json.encode(line).decode())


def _printer() -> Callable[[Line], None]:
    if not sys.stdout.isatty():
        return lambda line: click.echo("  ".join(_parts(line)))
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True, highlight=False)

    def draw(line: Line) -> None:
        at, level, logger, *rest = _parts(line)
        colour = COLOURS.get(line.level, "")
        parts = (
            (at, "dim"),
            (level, colour),
            (logger, "cyan"),
            *((r, "") for r in rest),
        )
        console.print(Text("  ").join(Text(*part) for part in parts))

    return draw


def _parts(line: Line) -> list[str]:
    """Return what is shown of a line: nothing in it moves a terminal."""
    at = line.timestamp.replace("T", " ").removesuffix("Z")
    took = [] if line.duration_ms is None else [f"{_rounded(line.duration_ms)} ms"]
    of = [f"request={line.request_id}"] if line.request_id else []
    shown = [at, f"{line.level:8}", line.logger, line.message, *took, *of]
    return [_escaped(part) for part in shown]


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in text
    )


def _rounded(milliseconds: float | None) -> str:
    return "" if milliseconds is None else f"{milliseconds:.1f}"
