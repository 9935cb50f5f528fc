"""How much of this server one caller may have: at once, a minute, in size, in time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from flask import Flask, Response, g, request

from entrepot.base import deadline
from entrepot.base.checks import CHECKS, Check
from entrepot.base.errors import Throttled, TooMuch
from entrepot.base.house import House
from entrepot.web import limits_redis
from entrepot.web import settings as knobs
from entrepot.web.addresses import counted_as
from entrepot.web.guard import Identity
from entrepot.web.limits_counters import Counts, HostCounts, Place, Spent

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


RATED = ("/api/ybb/", "/api/export/", "/api/data/", "/api/upload/", "/api/auth/")
"""Paths whose requests are counted a minute, each with all that is below it."""
UNCOUNTED = ("/static/", "/health/", "/metrics/", "/favicon.ico/")
"""Paths of which an address may have as many at once as it likes."""
SMALL = {"/api/auth/": 65_536, "/login/": 65_536, "/api/logs/client/": 16_384}
"""Paths that take small bodies only, and how small: who asks there may be unknown."""
READS = ("GET", "HEAD", "OPTIONS")
PLACE, RATE = "entrepot.place", "entrepot.rate"
"""What hooks of one request leave for each other, in its environ: `g` costs more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits as they are set, over the counters of this house."""

    house: House
    at_once: int
    per_minute: int
    per_minute_of_people: int
    seconds: int

    @property
    def counts(self) -> Counts:
        """Return the counters that this process shares with its siblings."""
        return self.house.shelf.get("limits", self._open)

    def enter(self, environ: WSGIEnvironment) -> None:
        """Take a place for the request's address.

        Raises:
            Throttled: The address has as many running as it may.
        """
        if _path(environ).startswith(UNCOUNTED):
            return
        place = self.place_of(environ)
        if place is None:
            address = environ.get("REMOTE_ADDR", "")
            raise Throttled(
                f"{address} has {self.at_once} requests running already",
                retry_after_seconds=1,
                hint="wait for one to end; where many people come through one proxy, "
                "TRUSTED_PROXIES tells them apart",
            )
        environ[PLACE] = place

    def place_of(self, environ: WSGIEnvironment) -> Place | None:
        """Return a place for the request's address; None if it has all it may."""
        if not self.at_once:
            return Place(None, 0)
        address = environ.get("REMOTE_ADDR", "")
        return self.counts.enter(counted_as(address), self.at_once)

    def spend(self, environ: WSGIEnvironment) -> None:
        """Count the request against its caller's minute.

        Raises:
            Throttled: The caller has asked too often.
        """
        if environ["REQUEST_METHOD"] == "OPTIONS":
            return
        caller, per_minute = self._caller(g.get("identity"))
        if per_minute:
            self.spend_of(caller, per_minute, environ)

    def spend_of(self, caller: str, per_minute: int, environ: WSGIEnvironment) -> None:
        """Count the request against a minute of whoever is named.

        Raises:
            Throttled: They have asked too often.
        """
        spent = self.counts.spend(caller, per_minute)
        environ[RATE] = (caller, per_minute, spent)
        if spent.wait_seconds:
            raise Throttled(
                f"more than {per_minute} requests a minute",
                retry_after_seconds=math.ceil(spent.wait_seconds),
                hint="wait as long as Retry-After says, or ask for more at once",
            )

    def finish(self, response: Response) -> Response:
        """Give back what the request turned out not to need, and the place at its end.

        Its place is free when the answer is closed: sent, or broken off.
        """
        environ = request.environ
        place: Place | None = environ.pop(PLACE, None)
        if place is not None:
            response.call_on_close(place.leave)
        if RATE in environ:
            caller, per_minute, spent = environ[RATE]
            if response.status_code == 304:
                self.counts.give_back(caller, per_minute)
            _tell(response, per_minute, spent)
        return response

    def _caller(self, who: Identity | None) -> tuple[str, int]:
        if who is None:
            return f"address {counted_as(request.remote_addr or '')}", self.per_minute
        if who.via == "key":
            return f"key {who.user_id} {who.name}", self.per_minute
        if who.via == "local":
            return "local", self.per_minute_of_people
        return f"person {who.user_id or who.name}", self.per_minute_of_people

    def _open(self) -> Counts:
        counts = HostCounts(self.house.home / "run")
        url = self.house.settings[knobs.REDIS_URL]
        return limits_redis.RedisCounts(url, counts, self.seconds) if url else counts


def install_places(app: Flask, house: House) -> None:
    """Bound what one address may have running, before anything is done for it."""
    limits = limits_of(house)

    def arrive() -> None:
        if limits.seconds:
            deadline.begin(limits.seconds)
        if limits.at_once:
            limits.enter(request.environ)

    app.before_request(arrive)
    app.after_request(limits.finish)
    app.teardown_request(_leave)


def install(app: Flask, house: House) -> None:
    """Bound what a caller, known by now, may ask a minute, and what it may send."""
    limits = limits_of(house)

    def check() -> None:
        environ = request.environ
        path = _path(environ)
        if path.startswith(RATED):
            limits.spend(environ)
        if environ["REQUEST_METHOD"] not in READS:
            small = [size for begun, size in SMALL.items() if path.startswith(begun)]
            _check_size(small[0] if small else None)

    app.before_request(check)


def spend_apart(house: House, what: str, *, of_address: int, of_all: int) -> None:
    """Count the request against a minute of its own kind, apart from all others.

    Args:
        of_address: How many one address may send a minute.
        of_all: How many may come in all, to every process.

    Raises:
        Throttled: There were more.
    """
    limits, address = limits_of(house), counted_as(request.remote_addr or "")
    # Who sends too many takes nothing from the others.
    limits.spend_of(f"{what} {address}", of_address, request.environ)
    limits.spend_of(f"all {what}", of_all, request.environ)


def limits_of(house: House) -> Limits:
    """Return the limits as they are set."""
    settings = house.settings
    return Limits(
        house=house,
        at_once=settings[knobs.MAX_CONCURRENT],
        per_minute=settings[knobs.RATE_LIMIT],
        per_minute_of_people=settings[knobs.PERSON_RATE_LIMIT],
        seconds=settings[knobs.REQUEST_TIMEOUT],
    )


def _path(environ: WSGIEnvironment) -> str:
    """Return the path as it is routed, and a slash, so that whole segments compare."""
    path: str = environ["PATH_INFO"]
    return f"/{path.lstrip('/')}/"


def _tell(response: Response, per_minute: int, spent: Spent) -> None:
    response.headers["RateLimit-Limit"] = str(per_minute)
    response.headers["RateLimit-Remaining"] = str(spent.remaining)
    response.headers["RateLimit-Reset"] = str(math.ceil(spent.reset_seconds))


def _check_size(small_bytes: int | None) -> None:
    limit = small_bytes or request.max_content_length or 0
    length = request.content_length
    if (length or 0) > limit:
        raise _too_large(limit)
    if length is None and "wsgi.input_terminated" in request.environ:
        # Werkzeug would read up to its limit and say nothing of the rest.
        request.environ["wsgi.input"] = _Bounded(request.environ["wsgi.input"], limit)
        request.max_content_length = limit + 1


class _Bounded:
    """A body whose length was not said beforehand, and that must not be too long."""

    def __init__(self, body: BinaryIO, limit: int) -> None:
        self._body = body
        self._limit = self._left = limit

    def read(self, size: int = -1) -> bytes:
        """Read on; a byte beyond the limit is `TooMuch`."""
        most = self._left + 1
        found = self._body.read(most if size < 0 else min(size, most))
        self._left -= len(found)
        if self._left < 0:
            raise _too_large(self._limit)
        return found


def _too_large(limit: int) -> TooMuch:
    return TooMuch(f"the body is larger than {limit} bytes")


def _leave(_error: BaseException | None) -> None:
    deadline.end()
    place: Place | None = request.environ.pop(PLACE, None)
    if place is not None:  # no answer took it over
        place.leave()


def _look(house: House) -> None:
    counts = limits_of(house).counts
    if isinstance(counts, limits_redis.RedisCounts):
        counts.ping()


CHECKS["limits"] = Check(
    summary="Redis, which counts requests for all hosts.",
    look=_look,
    otherwise="degraded",
    is_wanted=lambda house: bool(house.settings[knobs.REDIS_URL]),
)
