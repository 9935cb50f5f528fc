"""A test message of an alert rule, sent now to whoever the rule would tell."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.house import House
from entrepot.delivery import test_destination
from entrepot.watch.alerts.rules import get_rule
from entrepot.watch.alerts.telling import usual_destinations


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSent:
    """How a test went at one destination.

    Attributes:
        answer: What the other side said; empty where it did not arrive.
        error: Why it did not, and what helps: of an unknown one, which are known.
    """

    destination: str
    is_delivered: bool
    answer: str = ""
    error: str = ""


def send_test(
    house: House, *, rule_id: int | None = None, channels: tuple[str, ...] = ()
) -> list[TestSent]:
    """Send a test now, once to each destination; what failed is told and not raised.

    Args:
        rule_id: The destinations of this rule; without it and channels, those that
            rules without any have.

    Raises:
        NotThere: There is no such rule.
        Invalid: There is nobody to be told.
    """
    names = channels
    if rule_id is not None and not names:
        names = get_rule(house, rule_id).channels
    usual = usual_destinations(house)
    names = names or usual.names
    if not names and not usual.problems:
        raise Invalid(
            "there is nobody to be told",
            hint="set ALERT_EMAIL or ALERT_SLACK_WEBHOOK, or name destinations",
        )
    failed = [
        TestSent(destination=variable, is_delivered=False, error=why)
        for variable, why in usual.problems.items()
        if not channels
    ]
    return [_sent(house, name) for name in dict.fromkeys(names)] + failed


def _sent(house: House, name: str) -> TestSent:
    try:
        tested = test_destination(house, name)
    except EntrepotError as error:
        said = f"{error.detail}; {error.hint}" if error.hint else error.detail
        return TestSent(destination=name, is_delivered=False, error=said)
    return TestSent(destination=name, is_delivered=True, answer=tested.answer)
