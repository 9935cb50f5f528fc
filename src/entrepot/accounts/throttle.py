"""Slow down whoever guesses passwords, and nobody else.

Failures are counted three ways, in our database, so that all processes and hosts share
them and a restart forgets none:

- of an account *from one address*: five are free, then each one closes the way for
  30 s, 1 min, 2 min … up to 15 min;
- of an *address*, whatever the account: twenty are free, then the same pauses;
- of an *account*, from everywhere: this closes nothing, for then a stranger could lock
  a person out.  After fifty in a day each new address has one try, not five.

A good sign-in clears the way for its account and address, and time clears the rest.
Unknown accounts are counted like known ones, so that a pause tells nothing about who
has an account.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from entrepot.accounts.models import Attempts
from entrepot.base.errors import Throttled

FREE_OF_PAIR = 5
FREE_OF_ADDRESS = 20
PRESSED_AFTER = 50
FREE_WHEN_PRESSED = 1
FIRST_PAUSE_SECONDS = 30
LONGEST_PAUSE_SECONDS = 900
PAIR_MEMORY = timedelta(hours=1)
PLACE_MEMORY = timedelta(minutes=15)
ACCOUNT_MEMORY = timedelta(days=1)
"""After so long without a failure those before count no more."""


@dataclass(frozen=True, slots=True)
class Way:
    """An account and the address from which somebody tries it."""

    email: str
    address: str

    @property
    def pair(self) -> str:
        """Return the key of both together."""
        return _key("pair", self.email, _network(self.address))

    @property
    def place(self) -> str:
        """Return the key of the address."""
        return _key("address", _network(self.address))

    @property
    def account(self) -> str:
        """Return the key of the account."""
        return _key("account", self.email)


def refuse_if_closed(session: Session, way: Way, now: datetime) -> None:
    """Go on only where no pause is on.

    Raises:
        Throttled: The way is closed; says for how long.
    """
    keys = (way.pair, way.place)
    ends = session.scalars(
        select(Attempts.closed_until).where(
            Attempts.key.in_(keys), Attempts.closed_until > now
        )
    ).all()
    if ends:
        left = max((end - now).total_seconds() for end in ends if end is not None)
        raise Throttled(
            "too many sign-ins failed from here",
            retry_after_seconds=math.ceil(left),
            hint=f"the next try is open in {_words(left)}",
        )


def note_failure(session: Session, way: Way, now: datetime) -> int:
    """Count a failure; return how many tries are left before the next pause."""
    account = _count(session, way.account, now, ACCOUNT_MEMORY)
    is_pressed = account.failures > PRESSED_AFTER
    free = FREE_WHEN_PRESSED if is_pressed else FREE_OF_PAIR
    pair = _count(session, way.pair, now, PAIR_MEMORY)
    place = _count(session, way.place, now, PLACE_MEMORY)
    _close(pair, pair.failures - free, now)
    _close(place, place.failures - FREE_OF_ADDRESS, now)
    return max(0, min(free - pair.failures, FREE_OF_ADDRESS - place.failures))


def note_success(session: Session, way: Way, now: datetime) -> None:
    """Forget the failures of this account from this address, and what is old."""
    is_old = Attempts.failed_at < now - ACCOUNT_MEMORY
    session.execute(delete(Attempts).where((Attempts.key == way.pair) | is_old))


def _count(session: Session, key: str, now: datetime, memory: timedelta) -> Attempts:
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    row = insert(Attempts).values(key=key, failures=0, failed_at=now)
    session.execute(row.on_conflict_do_nothing())  # another process may be quicker
    counted = session.get_one(Attempts, key, with_for_update=True)
    is_old = counted.failed_at < now - memory
    counted.failures = 1 if is_old else counted.failures + 1
    counted.failed_at = now
    return counted


def _close(row: Attempts, over: int, now: datetime) -> None:
    """Close the way after the last free try, and longer after each one more."""
    if over >= 0:
        seconds = min(FIRST_PAUSE_SECONDS * 2 ** min(over, 10), LONGEST_PAUSE_SECONDS)
        row.closed_until = now + timedelta(seconds=seconds)


def _network(address: str) -> str:
    """Return what one customer of a provider has: an IPv4 address, or a /64."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _words(seconds: float) -> str:
    if seconds <= 90:
        return f"{math.ceil(seconds)} s"
    return f"{math.ceil(seconds / 60)} min"
