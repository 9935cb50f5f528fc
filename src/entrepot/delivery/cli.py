"""`entrepot delivery …`."""

from __future__ import annotations

import sys

import click

from entrepot.base.errors import Invalid
from entrepot.base.house import House
from entrepot.delivery import deliveries, destinations
from entrepot.delivery.deliveries import DeliverySeen
from entrepot.delivery.destinations import DestinationSeen, DestinationWanted
from entrepot.delivery.parts import CHANNELS
from entrepot.web import terminal

option_option = click.option(
    "--option",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="One of the channel's options; may be repeated.",
)
secret_option = click.option(
    "--secret-stdin", is_flag=True, help="Read the secret from standard input."
)


@click.group("delivery")
def group() -> None:
    """Sending out: messages and files."""


@group.command("channels")
@terminal.json_option
def list_channels(*, as_json: bool) -> None:
    """List the ways of sending things out, and their options."""
    if as_json:
        terminal.print_json(
            [
                {"name": c.name, "summary": c.summary, "options": c.options}
                for c in CHANNELS
            ]
        )
        return
    rows = [
        (channel.name, option.name, "yes" if option.is_required else "", option.help)
        for channel in CHANNELS
        for option in channel.options
    ]
    terminal.print_table(("channel", "option", "needed", "help"), rows)


@group.command("destinations")
@terminal.json_option
@terminal.pass_house
def list_destinations(house: House, *, as_json: bool) -> None:
    """List the places that things may be sent to."""
    found = destinations.list_destinations(house)
    if as_json:
        terminal.print_json(found)
    else:
        rows = [(d.name, d.channel, _shown(d), d.description) for d in found]
        terminal.print_table(("name", "channel", "options", "description"), rows)


@group.command("add")
@click.argument("name")
@click.argument("channel")
@option_option
@secret_option
@click.option("--description", default="", help="What people should know of it.")
@terminal.json_option
@terminal.pass_house
def add(
    house: House,
    *,
    name: str,
    channel: str,
    given: tuple[str, ...],
    secret_stdin: bool,
    description: str,
    as_json: bool,
) -> None:
    """Keep a destination NAME that is reached by CHANNEL.

    A secret is asked for, or comes by --secret-stdin; it is kept encrypted.
    """
    options = _read(given) | _secret(channel, is_piped=secret_stdin, is_new=True)
    wanted = DestinationWanted(
        name=name, channel=channel, options=options, description=description
    )
    _print(destinations.add_destination(house, wanted), as_json=as_json)


@group.command("change")
@click.argument("name")
@option_option
@secret_option
@click.option("--description", default=None, help="What people should know of it.")
@terminal.json_option
@terminal.pass_house
def change(
    house: House,
    *,
    name: str,
    given: tuple[str, ...],
    secret_stdin: bool,
    description: str | None,
    as_json: bool,
) -> None:
    """Give a destination other options; those left out stay, as the secret does."""
    channel = destinations.get_destination(house, name).channel
    options = _read(given) | _secret(channel, is_piped=secret_stdin, is_new=False)
    changed = destinations.change_destination(
        house, name, options=options or None, description=description
    )
    _print(changed, as_json=as_json)


@group.command("test")
@click.argument("name")
@terminal.json_option
@terminal.pass_house
def test(house: House, *, name: str, as_json: bool) -> None:
    """Send a test to a destination now, and print what the other side says."""
    tested = destinations.test_destination(house, name)
    if as_json:
        terminal.print_json(tested)
    else:
        click.echo(f"{tested.answer}, {tested.seconds * 1000:.0f} ms")


@group.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@terminal.json_option
@terminal.pass_house
def remove(house: House, *, name: str, yes: bool, as_json: bool) -> None:
    """Forget a destination; deliveries that wait for it fail."""
    destinations.get_destination(house, name)
    if not yes:
        click.confirm(f"Forget the destination {name}?", abort=True, err=True)
    removed = destinations.remove_destination(house, name)
    if as_json:
        terminal.print_json(removed)
    else:
        click.echo(f"Removed {removed.name}.")


@group.command("list")
@click.option("--limit", default=50, help="How many.", type=click.IntRange(1, 1000))
@click.option("--destination", default="", help="Only those to this destination.")
@click.option(
    "--state",
    default="",
    type=click.Choice(["", "waiting", "delivered", "failed"]),
    help="Only those in this state.",
)
@terminal.json_option
@terminal.pass_house
def list_deliveries(
    house: House, *, limit: int, destination: str, state: str, as_json: bool
) -> None:
    """List what was sent, newest first."""
    found = deliveries.list_deliveries(
        house, limit=limit, destination=destination, state=state
    )
    if as_json:
        terminal.print_json(found)
        return
    rows = [
        (d.id, f"{d.created_at:%Y-%m-%d %H:%M}", d.destination, d.state, len(d.tries),
         d.title, d.error)
        for d in found
    ]  # fmt: skip
    columns = ("id", "asked for", "destination", "state", "tries", "title", "error")
    terminal.print_table(columns, rows)


@group.command("show")
@click.argument("id")
@terminal.json_option
@terminal.pass_house
def show(house: House, *, id: str, as_json: bool) -> None:
    """Show a delivery with its tries."""
    _print_delivery(deliveries.get_delivery(house, id), as_json=as_json)


@group.command("again")
@click.argument("id")
@terminal.json_option
@terminal.pass_house
def again(house: House, *, id: str, as_json: bool) -> None:
    """Let a delivery be sent once more, with the same delivery id."""
    _print_delivery(deliveries.send_again(house, id), as_json=as_json)


def _read(given: tuple[str, ...]) -> dict[str, str]:
    options = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise Invalid(f"--option {text[:60]!r} is not NAME=VALUE")
        options[name.strip()] = value
    return options


def _secret(channel: str, *, is_piped: bool, is_new: bool) -> dict[str, str]:
    """Return the channel's secret by its option's name, where one is given."""
    names = [o.name for o in CHANNELS.get(channel).options if o.is_secret]
    if not names:
        return {}
    if is_piped:
        return {names[0]: sys.stdin.readline().rstrip("\r\n")}
    if is_new and sys.stdin.isatty():
        asked: str = click.prompt(names[0].capitalize(), hide_input=True, err=True)
        return {names[0]: asked}
    return {}


def _shown(destination: DestinationSeen) -> str:
    return ", ".join(f"{name}={value}" for name, value in destination.options.items())


def _print(destination: DestinationSeen, *, as_json: bool) -> None:
    if as_json:
        terminal.print_json(destination)
        return
    facts: dict[str, object] = {
        "name": destination.name,
        "channel": destination.channel,
        **destination.options,
        "secret": "kept" if destination.has_secret else "",
        "description": destination.description,
    }
    terminal.print_facts({name: value for name, value in facts.items() if value})


def _print_delivery(delivery: DeliverySeen, *, as_json: bool) -> None:
    if as_json:
        terminal.print_json(delivery)
        return
    facts = {
        "id": delivery.id,
        "destination": f"{delivery.destination} ({delivery.channel})",
        "subject": delivery.subject,
        "title": delivery.title,
        "state": delivery.state,
        "error": delivery.error,
        "next try": delivery.next_at and f"{delivery.next_at:%Y-%m-%d %H:%M} UTC",
        "job": delivery.job,
    }
    terminal.print_facts({name: value for name, value in facts.items() if value})
    for one in delivery.tries:
        took = "" if one.milliseconds is None else f"{one.milliseconds} ms"
        click.echo(f"  {one.at:%Y-%m-%d %H:%M:%S}  {one.outcome}  {one.answer}  {took}")
