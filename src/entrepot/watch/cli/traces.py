"""`entrepot traces …`."""

from __future__ import annotations

import click

from entrepot.base.house import House
from entrepot.watch.log.text import calmed
from entrepot.watch.traces import service
from entrepot.watch.traces.spec import RequestSeen, SpanSeen, Trace
from entrepot.watch.traces.wanted import KINDS, parse_requests
from entrepot.web import terminal

BAR_COLUMNS = 30


@click.group("traces")
def group() -> None:
    """Requests, jobs and commands: which took how long, and with what."""


@group.command("list")
@click.option("--kind", default="request", type=click.Choice(KINDS), help="Of what.")
@click.option("--since", "start_date", default="", help="Day or time, UTC.")
@click.option("--until", "end_date", default="", help="Day or time, UTC.")
@click.option("--endpoint", default="", help="Of this endpoint, or path; * at the end.")
@click.option("--status", default="", help="Answered so: 404, or 5xx.")
@click.option("--min-duration-ms", type=float, help="That took at least so long.")
@click.option("--failed", is_flag=True, help="Only those that failed.")
@click.option("--slow", is_flag=True, help="The slowest first.")
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, 500), help="Most."
)
@terminal.json_option
@terminal.pass_house
def list_some(
    house: House, /, *, slow: bool, limit: int, as_json: bool, **asked: object
) -> None:
    """List requests whose trace was kept, newest first."""
    wanted = parse_requests(**asked)  # type: ignore[arg-type]  # as the options are
    found = (service.list_slow if slow else service.list_requests)(
        house, wanted, limit=limit
    )
    if as_json:
        terminal.print_json(found.requests)
        return
    for request in found.requests:
        click.echo(_line(request))


@group.command("show")
@click.argument("id")
@terminal.json_option
@terminal.pass_house
def show(house: House, /, *, id: str, as_json: bool) -> None:
    """Show a trace by its ID, or by that of a request."""
    is_trace = len(id) == 32
    trace = service.get_trace(house, id) if is_trace else _of_request(house, id)
    if as_json:
        terminal.print_json(trace)
        return
    click.echo(f"trace {trace.trace_id}, {trace.duration_ms:,.1f} ms")
    for span in trace.spans:
        click.echo(_step(span, trace))
    for hint in trace.hints:
        click.echo(f"! {calmed(hint.said)} ({hint.duration_ms:,.1f} ms)")


def _of_request(house: House, id: str) -> Trace:
    found = service.get_request(house, id)
    if found.trace is None:
        raise click.ClickException(
            f"request {id} was not sampled; the log has it: "
            f"entrepot logs search --request {id}"
        )
    return found.trace


def _line(request: RequestSeen) -> str:
    at = request.timestamp.replace("T", " ").removesuffix("Z")
    told = (
        at,
        f"{request.duration_ms:10,.1f} ms",
        str(request.status or request.error or "ok"),
        request.name,
        f"{request.statements} statements",
        request.kept_for,
        f"trace={request.trace_id}",
    )
    return "  ".join(map(calmed, told))


def _step(span: SpanSeen, trace: Trace) -> str:
    whole = trace.duration_ms or 1.0
    begin = min(BAR_COLUMNS - 1, int(BAR_COLUMNS * span.begins_ms / whole))
    length = max(1, round(BAR_COLUMNS * span.duration_ms / whole))
    bar = (" " * begin + "█" * length)[:BAR_COLUMNS].ljust(BAR_COLUMNS)
    said = f"{'  ' * span.depth}{calmed(span.name)}"
    failed = f"  {span.error}" if span.error else ""
    return f"{bar} {span.duration_ms:10,.1f} ms  {said}{failed}"
