"""Which groups of errors a page shows, as its address says it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from flask import url_for

from entrepot.base.errors import Invalid
from entrepot.watch.groups.spec import ORDERS, STATES, Order, State, Wish
from entrepot.watch.pages.asked import with_parameters

RANGES: dict[str, tuple[str, int]] = {
    "24h": ("24 h", 24),
    "7d": ("7 d", 24 * 7),
    "30d": ("30 d", 24 * 30),
}
"""Times to count in, in words and in hours."""
USUAL_RANGE, USUAL_STATE, ALL = "24h", "open", "all"
STATE_WORDS: dict[str, str] = {
    "open": "Open",
    "muted": "Muted",
    "ignored": "Ignored",
    "resolved": "Resolved",
    ALL: "All",
}
MUTES: dict[str, tuple[str, int | None, int | None]] = {
    "1h": ("For 1 hour", 1, None),
    "24h": ("For 24 hours", 24, None),
    "7d": ("For 7 days", 24 * 7, None),
    "10x": ("Until 10 more came", None, 10),
    "100x": ("Until 100 more came", None, 100),
    "1000x": ("Until 1,000 more came", None, 1_000),
}
"""Ways of muting: words, hours, and errors more."""
LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorsQuery:
    """The page's parameters; what is usual is left out of addresses."""

    state: str = USUAL_STATE
    range: str = USUAL_RANGE
    q: str = ""
    logger: str = ""
    route: str = ""
    release: str = ""
    order: str = "last"
    after: str = ""

    @property
    def hours(self) -> int:
        """Return how far back errors are counted."""
        return RANGES[self.range][1]

    @property
    def span_words(self) -> str:
        """Return the time that counts in words."""
        return f"in the last {RANGES[self.range][0]}"

    @property
    def filters(self) -> list[tuple[str, str, str]]:
        """Return the filters that are on: name, value, and the address without it."""
        names = ("logger", "route", "release")
        given = [(name, str(getattr(self, name))) for name in names]
        return [(n, v, self.with_(**{n: ""})) for n, v in given if v]

    def wish(self) -> Wish:
        """Return the groups that are meant.

        Raises:
            Invalid: A value is not possible; its name stands first.
        """
        _check("state", self.state, (*STATES, ALL))
        _check("range", self.range, tuple(RANGES))
        _check("order", self.order, ORDERS)
        for name in ("q", "logger", "route", "release"):
            if len(getattr(self, name)) > LONGEST:
                raise Invalid(f"{name}: longer than {LONGEST} characters")
        states: tuple[State, ...] = tuple(s for s in STATES if s == self.state)
        order: Order = next(one for one in ORDERS if one == self.order)
        return Wish(
            states=states,
            q=self.q.strip(),
            logger=self.logger.strip(),
            route=self.route.strip(),
            release=self.release.strip(),
            hours=self.hours,
            order=order,
        )

    def parameters(self, **changes: str) -> dict[str, str]:
        """Return the parameters of another address, of its first page."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        usual = {one.name: one.default for one in fields(self)}
        changed = {**kept, "after": "", **changes}
        return {name: value for name, value in changed.items() if value != usual[name]}

    def with_(self, **changes: str) -> str:
        """Return the list's address with some parameters changed."""
        path = url_for("watch_pages.errors")
        return with_parameters(path, self.parameters(**changes))

    def of_group(self, id: str, endpoint: str = "watch_pages.error") -> str:
        """Return the address of a group in this list; empty for no group."""
        path = url_for(endpoint, id=id) if id else ""
        return with_parameters(path, self.parameters()) if path else ""

    def in_range(self, id: str, range: str) -> str:
        """Return the address of a group, counted in another time."""
        path = url_for("watch_pages.error", id=id)
        return with_parameters(path, self.parameters(range=range))


def _check(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise Invalid(f"{name}: {value[:60]!r} is none", hint=f"{', '.join(known)}")
