"""An import done by whoever asks, without a job: for the command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.house import House
from entrepot.feeds import working
from entrepot.feeds.imports import get_import, take_upload
from entrepot.feeds.records import get_row, move
from entrepot.feeds.seen import Applying, ImportSeen, Undoing
from entrepot.feeds.states import ImportState
from entrepot.jobs import Facts


@dataclass(frozen=True, slots=True)
class Here:
    """What a job would be told, where there is none."""

    id: str = ""
    attempt: int = 1
    parameters: Facts = field(default_factory=dict)

    def advance(
        self,
        *,
        rows: int | None = None,
        rows_total: int | None = None,
        percent: float | None = None,
        stage: str | None = None,
    ) -> None:
        """Go on."""

    def check(self) -> None:
        """Go on."""


def preview_here(house: House, file: Path, *, feed: str, by: str) -> ImportSeen:
    """Take a file of this machine, and find out what it would change.

    Raises:
        Invalid: It cannot be read, or no format can read it.
        NotThere: There is no such feed.
    """
    try:
        with file.open("rb") as stream:
            seen = take_upload(house, stream, name=file.name, feed=feed, by=by)
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}") from error
    return _do(house, seen.id, "previewing", working.preview)


def apply_here(house: House, id: str, agreed: Applying) -> ImportSeen:
    """Write what a preview showed.

    Raises:
        IllegalMove: It was not previewed.
        CatalogueMoved, TooManyVanish: As a job would end.
    """

    def apply(house: House, work: Here, id: str) -> object:
        return working.apply(house, work, id, agreed)

    return _do(house, id, "applying", apply)


def undo_here(house: House, id: str, how: Undoing) -> ImportSeen:
    """Take back what an import wrote.

    Raises:
        IllegalMove: It was not applied.
    """

    def undo(house: House, work: Here, id: str) -> object:
        return working.undo(house, work, id, how)

    return _do(house, id, "undoing", undo)


def _do(
    house: House,
    id: str,
    state: ImportState,
    work: Callable[[House, Here, str], object],
) -> ImportSeen:
    with house.store.session() as session:
        move(get_row(session, id), state)
    try:
        work(house, Here(), id)
    except BaseException as error:
        code = error.code() if isinstance(error, EntrepotError) else "broken"
        with house.store.session() as session:
            working.fail(session, id, "failed", code, str(error))
        raise
    return get_import(house, id)
