"""Messages about alerts: to which destinations, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from entrepot.base.errors import EntrepotError, NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import render_time
from entrepot.delivery import (
    DestinationWanted,
    Parcel,
    absolute,
    add_destination,
    change_destination,
    list_destinations,
    send,
)
from entrepot.watch.alerts import settings as knobs
from entrepot.watch.alerts.events import AlertUntold
from entrepot.watch.alerts.models import AlertHistory

EMAIL, SLACK = "alert-email", "alert-slack"
"""Destinations that the settings give."""


@dataclass(frozen=True, slots=True)
class Usual:
    """Who is told where a rule names nobody.

    Attributes:
        names: Of destinations.
        problems: Why one of the settings cannot be used, by its variable.
    """

    names: tuple[str, ...]
    problems: Mapping[str, str]


def usual_destinations(house: House) -> Usual:
    """Return the destinations of the settings, made now where they are not there."""
    wanted = {
        EMAIL: ("email", "to", knobs.ALERT_EMAIL),
        SLACK: ("slack", "url", knobs.ALERT_SLACK_WEBHOOK),
    }
    known = {one.name: one for one in list_destinations(house)}
    names: list[str] = []
    problems: dict[str, str] = {}
    seen = house.shelf.get(_Given, _Given)
    for name, (channel, option, setting) in wanted.items():
        value = house.settings[setting]
        if not value:
            continue
        try:
            if name not in known:
                given = DestinationWanted(
                    name=name,
                    channel=channel,
                    options={option: value},
                    description=f"As {setting.variable} says.",
                )
                add_destination(house, given)
            elif seen.values.get(name) != value != known[name].options.get(option):
                change_destination(house, name, options={option: value})
            seen.values[name] = value
            names.append(name)
        except EntrepotError as error:
            problems[setting.variable] = error.detail
    return Usual(tuple(names), problems)


class _Given:
    """What the destinations of the settings were last given, in this process."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def close(self) -> None:
        """Nothing is held open."""


def tell(house: House, alert: AlertHistory, destinations: tuple[str, ...]) -> list[str]:
    """Let destinations be told how an alert stands, in the caller's transaction.

    What cannot be sent, because the destination is gone, is an event and not silence.
    """
    told = []
    for name in destinations:
        try:
            send(house, name, parcel_of(house, alert), subject_of(alert.id))
        except NotThere as error:
            emit(AlertUntold(alert=alert.id, destination=name, why=error.detail))
        else:
            told.append(name)
    return told


def subject_of(id: int) -> str:
    """Return what deliveries about an alert name as their subject."""
    return f"alert:{id}"


def parcel_of(house: House, alert: AlertHistory) -> Parcel:
    """Return what is sent: why it fires, or that it is over."""
    is_over = alert.state == "resolved"
    state = "resolved" if is_over else "firing"
    mark = "Resolved" if is_over else alert.severity.capitalize()
    lines = [alert.message, f"Since {render_time(alert.triggered_at)}"]
    if is_over and alert.resolved_at is not None:
        lines.append(f"Over at {render_time(alert.resolved_at)}")
    lines += [f"{name}: {value}" for name, value in alert.labels.items()]
    return Parcel(
        event=f"alert.{state}",
        title=f"{mark}: {alert.rule_name}",
        text="\n".join(lines),
        facts={
            "alert": alert.id,
            "rule": alert.rule_name,
            "severity": alert.severity,
            "state": state,
            "labels": dict(alert.labels),
            "value": alert.value,
            "message": alert.message,
            "fingerprint": alert.fingerprint,
            "triggered_at": render_time(alert.triggered_at),
            "resolved_at": alert.resolved_at and render_time(alert.resolved_at),
        },
        link=absolute(house.settings, f"/alerts/{alert.id}"),
    )
