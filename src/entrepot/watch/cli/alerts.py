"""`entrepot alerts`: rules and what they found, tests, silences, Prometheus."""

from __future__ import annotations

from datetime import timedelta

import click

from entrepot.base.errors import Invalid
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.watch.alerts import rules, service, silences
from entrepot.watch.alerts import settings as knobs
from entrepot.watch.alerts.rule_file import render_rule_file
from entrepot.watch.alerts.spec import SilenceWanted
from entrepot.watch.alerts.testing import send_test
from entrepot.web import terminal


@click.group("alerts")
def group() -> None:
    """Alert rules: look, test, silence, write for Prometheus."""


@group.command("list")
@click.option("--history", is_flag=True, help="What fired, newest first.")
@click.option("--rules", "is_rules", is_flag=True, help="The rules, by name.")
@click.option(
    "--limit", default=50, help="At most so many.", type=click.IntRange(1, 1_000)
)
@terminal.json_option
@terminal.pass_house
def list_alerts(
    house: House, *, history: bool, is_rules: bool, limit: int, as_json: bool
) -> None:
    """List what is pending or fires now, the worst first."""
    if is_rules:
        _list_rules(house, as_json=as_json)
        return
    find = service.list_history if history else service.list_firing
    found = find(house, limit=limit)
    if as_json:
        terminal.print_json(found)
        return
    rows = [
        (
            one.id,
            one.severity,
            "silenced" if one.is_silenced else one.state,
            f"{one.triggered_at:%Y-%m-%d %H:%M:%S}",
            one.rule,
            one.message,
            one.acknowledged_by,
            ", ".join(one.failing),
        )
        for one in found
    ]
    head = ("id", "severity", "state", "since", "rule", "message", "looked after by")
    terminal.print_table((*head, "could not be told"), rows)


def _list_rules(house: House, *, as_json: bool) -> None:
    found = rules.list_rules(house)
    if as_json:
        terminal.print_json(found)
        return
    rows = [
        (r.id, r.name, r.state, r.severity, r.condition, ", ".join(r.channels), r.error)
        for r in found
    ]
    head = ("id", "name", "state", "severity", "condition", "channels", "why not")
    terminal.print_table(head, rows)


@group.command("test")
@click.argument("rule", default="")
@click.option("--channel", "channels", multiple=True, help="A destination; repeatable.")
@terminal.json_option
@terminal.pass_house
def test(house: House, *, rule: str, channels: tuple[str, ...], as_json: bool) -> None:
    """Send a test now to whoever RULE tells, or to those that settings give."""
    rule_id = rules.get_rule_named(house, rule).id if rule else None
    sent = send_test(house, rule_id=rule_id, channels=channels)
    if as_json:
        terminal.print_json(sent)
        return
    rows = [
        (one.destination, "arrived" if one.is_delivered else "failed",
         one.answer or one.error)
        for one in sent
    ]  # fmt: skip
    terminal.print_table(("destination", "outcome", "answer"), rows)


@group.command("silence")
@click.argument("matchers", nargs=-1, required=True)
@click.option("--why", required=True, help="What others should know of it.")
@click.option(
    "--hours",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.01, 8_784),
    help="For how long.",
)
@terminal.json_option
@terminal.pass_house
def silence(
    house: House, *, matchers: tuple[str, ...], why: str, hours: float, as_json: bool
) -> None:
    """Let nobody be told of alerts that all MATCHERS (NAME=VALUE) match.

    Names are `rule`, `severity` and labels; in a value, `*` stands for anything.
    """
    wanted = SilenceWanted(
        matchers=_read(matchers), until=now() + timedelta(hours=hours), why=why
    )
    kept = silences.add_silence(house, wanted)
    if as_json:
        terminal.print_json(kept)
    else:
        click.echo(f"Silence {kept.id} until {kept.until_at:%Y-%m-%d %H:%M} UTC.")


@group.command("prometheus")
@terminal.pass_house
def prometheus(house: House) -> None:
    """Print the rules that are on as a rule file for Prometheus."""
    seconds = house.settings[knobs.ALERTS_SECONDS]
    found = rules.list_rules(house)
    click.echo(render_rule_file(found, interval_seconds=seconds), nl=False)


def _read(matchers: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for text in matchers:
        name, equals, value = text.partition("=")
        if not equals:
            raise Invalid(f"{text[:60]!r} is not NAME=VALUE")
        found[name.strip()] = value.strip()
    return found
