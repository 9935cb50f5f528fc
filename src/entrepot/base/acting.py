"""Who acts in this thread: events, records and limits ask here, whoever the face is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from entrepot.base.identity import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody, or something, that acts.

    Attributes:
        name: A person's e-mail address, a key's name, the account at the terminal.
        user_id: Of a person with an account.
        address: Network address the request came from; empty at the terminal.
        trace_id: Of the trace that this is a part of, 32 hex digits; empty for none.
        job_id: Of the job that acts for them; empty for none.
        role: What they may do, where that was just looked up; None where nobody has.
        endpoint: What was asked for: a request's endpoint, as metrics show it, or
            `job <kind>`; empty for neither.
    """

    name: str
    kind: Literal["person", "key", "local", "command", "system", "anonymous"]
    user_id: int | None = None
    address: str = ""
    request_id: str = ""
    trace_id: str = ""
    job_id: str = ""
    role: Role | None = None
    endpoint: str = ""


SYSTEM = Actor(name="system", kind="system")
"""Acts when nobody asked: schedules, retention, the start."""

_actor: ContextVar[Actor | Callable[[], Actor]] = ContextVar("actor", default=SYSTEM)


def current() -> Actor:
    """Return who acts in this thread now."""
    actor = _actor.get()
    if not isinstance(actor, Actor):
        actor = actor()
        _actor.set(actor)
    return actor


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Let `actor` act for the time of the block."""
    before = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(before)


def become(actor: Actor | Callable[[], Actor]) -> None:
    """Let `actor` act from now on; each request and each command begins with it.

    A function is called when somebody asks: in most requests nobody does.
    """
    _actor.set(actor)
