"""The steps of an import, and where in them an import is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from entrepot.feeds.pages.shown import STATES
from entrepot.feeds.seen import ImportSeen
from entrepot.feeds.states import BUSY, ImportState

Step = Literal["file", "mapping", "rules", "preview", "apply", "result"]

STEPS: dict[Step, str] = {
    "file": "File",
    "mapping": "Mapping",
    "rules": "Rules",
    "preview": "Preview",
    "apply": "Apply",
    "result": "Result",
}

AT: dict[ImportState, Step] = {
    "fetching": "file",
    "uploaded": "file",
    "inspected": "file",
    "previewing": "preview",
    "previewed": "preview",
    "applying": "apply",
    "applied": "result",
    "unchanged": "result",
    "undoing": "result",
    "undone": "result",
}
"""Where an import is when its address does not say which step is meant."""

PLANNING: tuple[Step, ...] = ("file", "mapping", "rules")

OPEN: dict[ImportState, tuple[Step, ...]] = {
    "fetching": ("file",),
    "uploaded": ("file",),
    "inspected": PLANNING,
    "previewing": ("preview",),
    "previewed": (*PLANNING, "preview", "apply"),
    "applying": ("apply",),
    "applied": ("preview", "result"),
    "unchanged": ("result",),
    "failed": PLANNING,
    "cancelled": PLANNING,
    "undoing": ("result",),
    "undone": ("preview", "result"),
}
"""Steps that can be looked at in a state."""

SAID: dict[str, str] = {
    "kept": "Kept.",
    "read": "The file was read anew.",
    "feed": "The mapping and the rules are kept for the feed.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPage:
    """One step of one import.

    Attributes:
        part: What the step shows; None where there is nothing to show but its state.
        problem: Why what was asked for was not done.
    """

    seen: ImportSeen
    step: Step
    part: object
    problem: dict[str, object] | None = None
    open: tuple[Step, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "open", open_steps(self.seen))

    @property
    def is_busy(self) -> bool:
        """Tell whether a job is at work on it."""
        return self.seen.state in BUSY

    @property
    def state_word(self) -> str:
        """Return what its state is called."""
        return STATES[self.seen.state][0]

    @property
    def place(self) -> int:
        """Return the number of the step, from 0."""
        return get_args(Step).index(self.step)


def open_steps(seen: ImportSeen) -> tuple[Step, ...]:
    """Return the steps of an import that can be looked at now."""
    steps = OPEN[seen.state]
    if seen.plan is None:
        return tuple(step for step in steps if step not in ("mapping", "rules"))
    return steps


def choose_step(seen: ImportSeen, wanted: str) -> Step:
    """Return the wanted step where it can be looked at, else where the import is."""
    steps = open_steps(seen)
    chosen: Step | None = next((step for step in steps if step == wanted), None)
    return chosen or AT.get(seen.state, steps[0])
