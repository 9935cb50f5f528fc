"""The verbs of this room: run a statement, see it, stop it, read its rows."""

from __future__ import annotations

from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.console import records
from entrepot.console.history import RunFilter, RunPage, list_runs
from entrepot.console.preparing import prepare
from entrepot.console.results import ResultPage, read_result
from entrepot.console.running import Outcome, run_later, run_now
from entrepot.console.seen import see
from entrepot.console.spec import LIVE, RunSeen, Wanted
from entrepot.console.stopping import runs
from entrepot.console.sweeping import end_lost

__all__ = [
    "ResultPage",
    "RunFilter",
    "RunPage",
    "execute",
    "get_run",
    "list_running",
    "list_runs",
    "read_result",
    "start_run",
    "stop_run",
]


def execute(house: House, who: Identity, wanted: Wanted) -> Outcome:
    """Run one statement while the caller waits, and return its rows.

    Raises:
        NotThere: There is no such connection.
        Invalid: The statement cannot be right; `position` says where, if known.
        Denied: It would write.
        TooManyRuns: There is no place for it.
        TimedOut, Stopped: It was ended before it was done.
    """
    return run_now(house, prepare(house, who, wanted))


def start_run(house: House, who: Identity, wanted: Wanted) -> RunSeen:
    """Begin to run a statement, whose rows are kept to be paged through.

    Whoever starts it asks for it (`get_run`) every few seconds, else it is stopped.

    Raises:
        NotThere, Invalid, TooManyRuns: As `execute`; what the database says of it
            stands in the run.
    """
    ready = prepare(house, who, wanted, is_watched=True)
    run_later(house, ready)
    return get_run(house, who, ready.id)


def get_run(house: House, who: Identity, id: str) -> RunSeen:
    """Return a run of one's own, or anybody's to an admin; its owner's asking counts.

    Raises:
        NotThere: There is none with this id, or it is another's.
    """
    by = None if who.role == "admin" else who.name
    row = records.get(house, id, by=by)
    if records.is_lost(row):
        end_lost(house)
        row = records.get(house, id, by=by)
    if row.created_by == who.name:
        records.note_polled(house, row)
    live = runs(house).find(id)
    if live is not None and row.state in LIVE:
        row.rows_read = live.rows_read
    return see(row)


def stop_run(house: House, who: Identity, id: str) -> RunSeen:
    """End a run, whichever process has it; one that has ended stays as it is.

    Raises:
        NotThere: There is none with this id, or it is another's.
    """
    records.get(house, id, by=None if who.role == "admin" else who.name)
    records.want_stopped(house, id, by=who.name)
    live = runs(house).find(id)
    if live is not None:
        live.stop("asked")
    return get_run(house, who, id)


def list_running(house: House, who: Identity, *, everybody: bool = False) -> RunPage:
    """Return what waits or runs now: one's own, or everybody's to an admin."""
    by = None if everybody and who.role == "admin" else who.name
    return list_runs(house, RunFilter(by=by, states=LIVE), limit=200)
