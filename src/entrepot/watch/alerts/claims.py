"""What is so or not, by the names that conditions have: `database_failed == true`."""

from __future__ import annotations

from collections.abc import Callable

from entrepot.base.checks import CHECKS, find
from entrepot.base.errors import EntrepotError, NotThere, UnknownName
from entrepot.base.house import House
from entrepot.connections import greet_connection, list_connections
from entrepot.watch.alerts.spec import Sample

ANY_CONNECTION = "connection_failed"
OF_CONNECTION = "_connection_failed"
OF_CHECK = "_failed"
FRESH_SECONDS = 1.0
MOST_CONNECTIONS = 50

Judge = Callable[[bool], bool]


def list_claims(house: House) -> list[str]:
    """Return the names that can be asked for here."""
    checks = [f"{n}{OF_CHECK}" for n, c in CHECKS.items() if c.is_wanted(house)]
    names = [f"{c.name}{OF_CONNECTION}" for c in list_connections(house)]
    return [*sorted(checks), ANY_CONNECTION, *names]


def read_claim(house: House, name: str, judge: Judge) -> tuple[Sample, ...]:
    """Look whether a claim is so.

    Args:
        judge: Tells of true and false whether the condition holds.

    Raises:
        UnknownName: There is no such claim.
        NotThere: It is of a connection that there is not.
    """
    if name == ANY_CONNECTION:
        known = [c.name for c in list_connections(house)]
        return tuple(_of_connection(house, c, judge) for c in known[:MOST_CONNECTIONS])
    if name.endswith(OF_CONNECTION):
        wanted = name.removesuffix(OF_CONNECTION)
        known = [c.name for c in list_connections(house)]
        # Names of connections may have what names of metrics may not.
        found = [n for n in known if n.lower().replace("-", "_") == wanted.lower()]
        if not found:
            raise NotThere("connection", wanted, known)
        return (_of_connection(house, found[0], judge),)
    check = name.removesuffix(OF_CHECK)
    if not name.endswith(OF_CHECK) or check not in CHECKS:
        raise UnknownName("metric", name, list_claims(house))
    return (_of_check(house, check, judge),)


def _of_check(house: House, name: str, judge: Judge) -> Sample:
    found = find(house, name, at_most_seconds=FRESH_SECONDS)
    is_failed = found.state != "healthy"
    said = f"is {found.state}: {found.why}" if is_failed else "is healthy"
    return Sample(
        value=float(is_failed),
        is_met=judge(is_failed),
        words=f"{name.replace('_', ' ').capitalize()} {said}",
    )


def _of_connection(house: House, name: str, judge: Judge) -> Sample:
    why = ""
    try:
        greet_connection(house, name)
    except EntrepotError as error:
        why = error.detail
    said = f"does not let us in: {why}"[:300] if why else "answers"
    return Sample(
        labels={"connection": name},
        value=float(bool(why)),
        is_met=judge(bool(why)),
        words=f"The connection {name} {said}",
    )
