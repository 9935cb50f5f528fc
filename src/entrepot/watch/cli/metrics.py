"""`entrepot metrics …`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from entrepot.base.errors import Invalid
from entrepot.base.given_times import parse_time
from entrepot.base.house import House
from entrepot.watch.history import service
from entrepot.watch.history.spec import STATISTICS, Series
from entrepot.watch.history.statements import service as statements
from entrepot.web import terminal

HOURS = click.option(
    "--hours",
    default=24.0,
    show_default=True,
    type=click.FloatRange(0.1, 17_568),
    help="Of the last so many hours.",
)
LIMIT = click.option(
    "--limit",
    default=20,
    show_default=True,
    type=click.IntRange(1, 500),
    help="At most so many.",
)


@click.group("metrics")
def group() -> None:
    """Metrics over time, who used what, and slow statements."""


@group.command("list")
@terminal.json_option
@terminal.pass_house
def list_metrics(house: House, *, as_json: bool) -> None:
    """List the metrics that history keeps."""
    found = service.list_metrics(house)
    if as_json:
        terminal.print_json(found)
        return
    terminal.print_table(
        ("name", "kind", "unit", "labels", "help"),
        [(m.name, m.kind, m.unit, ", ".join(m.labels), m.help) for m in found],
    )


@group.command("show")
@click.argument("name")
@HOURS
@click.option("--from", "since", default="", help="Day or time, UTC.")
@click.option("--to", "until", default="", help="Day or time, UTC.")
@click.option("--step", type=click.IntRange(60), help="Seconds of one moment.")
@click.option("--label", multiple=True, help="Only with it: NAME=VALUE.")
@click.option("--by", multiple=True, help="One curve for each value of this label.")
@click.option(
    "--statistic",
    multiple=True,
    type=click.Choice(STATISTICS),
    help="Which; may be repeated.",
)
@terminal.json_option
@terminal.pass_house
def show(
    house: House,
    /,
    *,
    name: str,
    hours: float,
    since: str,
    until: str,
    step: int | None,
    as_json: bool,
    **asked: tuple[str, ...],
) -> None:
    """Show the metric NAME over time; a moment in which nobody counted is empty."""
    ends = parse_time("--to", until, is_end=True) or datetime.now(UTC)
    found = service.read_series(
        house,
        name,
        since=parse_time("--from", since) or ends - timedelta(hours=hours),
        until=ends,
        step_seconds=step,
        points=60,
        labels=_labels(asked["label"]),
        by=asked["by"],
        statistics=[s for s in STATISTICS if s in asked["statistic"]],
    )
    if as_json:
        terminal.print_json(found)
    else:
        _print(found)


@group.command("usage")
@click.argument("of", type=click.Choice(("endpoint", "product", "export")))
@HOURS
@click.option("--by-person", is_flag=True, help="One line for each person.")
@LIMIT
@terminal.json_option
@terminal.pass_house
def show_usage(
    house: House,
    /,
    *,
    of: str,
    hours: float,
    by_person: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Show who used what: an endpoint, a table of a data product, or an export."""
    now = datetime.now(UTC)
    found = service.usage(
        house,
        of=of,  # type: ignore[arg-type]  # click lets only these through
        since=now - timedelta(hours=hours),
        until=now + timedelta(hours=1),
        is_by_person=by_person,
        limit=limit,
    )
    if as_json:
        terminal.print_json(found)
        return
    terminal.print_table(
        ("name", "who", "times", "failed", "rows", "mean ms", "max ms"),
        [
            (
                u.name,
                u.who,
                u.times,
                u.failed,
                u.rows,
                _short(u.mean_ms),
                _short(u.max_ms),
            )
            for u in found
        ],
    )


@group.command("statements")
@click.option("--connection", default="", help="Of this one; - is our own database.")
@click.option(
    "--sort",
    default="total",
    show_default=True,
    type=click.Choice(("total", "mean", "max", "times")),
    help="What comes first.",
)
@HOURS
@LIMIT
@terminal.json_option
@terminal.pass_house
def show_statements(
    house: House,
    /,
    *,
    connection: str,
    sort: str,
    hours: float,
    limit: int,
    as_json: bool,
) -> None:
    """Show the statements that took longest, by their shape."""
    now = datetime.now(UTC)
    found = statements.list_shapes(
        house,
        connection=connection,
        since=now - timedelta(hours=hours),
        until=now,
        sort=sort,  # type: ignore[arg-type]  # click lets only these through
        limit=limit,
        with_own_plans=True,
    ).statements
    if as_json:
        terminal.print_json(found)
        return
    terminal.print_table(
        ("connection", "times", "mean ms", "max ms", "rows", "statement"),
        [
            (
                s.connection or "-",
                s.times,
                _short(s.mean_ms),
                _short(s.max_ms),
                s.rows,
                s.sql,
            )
            for s in found
        ],
    )


def _labels(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    for name, equals, _ in pairs:
        if not (name and equals):
            raise Invalid(f"--label {name}: write NAME=VALUE")
    return {name: value for name, _, value in pairs}


def _print(found: Series) -> None:
    names = [_name(curve.labels) or found.name for curve in found.series]
    columns = [curve.points for curve in found.series]
    terminal.print_table(
        ("from, UTC", *(f"{name} {found.unit}".strip() for name in names)),
        [
            (at, *(_short(points[n]) for points in columns))
            for n, at in enumerate(found.timestamps)
        ],
    )


def _name(labels: object) -> str:
    assert isinstance(labels, dict)
    return " ".join(str(value) for value in labels.values())


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:,.4g}"
