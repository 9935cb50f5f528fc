"""`entrepot logs …`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import click
import msgspec

from entrepot.base.house import House
from entrepot.watch.lines import service
from entrepot.watch.lines.following import follow
from entrepot.watch.lines.wanted import parse_cursor, parse_wanted
from entrepot.watch.spec import Level, Line
from entrepot.web import terminal

POLL_SECONDS = 1.0
COLOURS: dict[Level, str] = {
    "DEBUG": "dim",
    "INFO": "green",
    "WARNING": "yellow",
    "ERROR": "red",
    "CRITICAL": "bold red",
}
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
        more = follow(house, wanted, after=found.newest, wait=_pause)
        _show(_until_interrupted(more), as_json=as_json)


@group.command("search")
@click.argument("words", nargs=-1)
@_with(*_SOME, *_OTHERS)
@click.option("--before", default="", help="Only older lines than this number.")
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
    before: str,
    limit: int,
    as_json: bool,
    **asked: Any,
) -> None:
    """Find lines with all of the WORDS, newest first."""
    asked["q"] = " ".join((*words, asked["q"])).strip()
    found = service.list_lines(
        house, parse_wanted(**asked), limit=limit, before=parse_cursor("before", before)
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
