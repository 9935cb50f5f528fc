"""What a process holds while it writes."""

from __future__ import annotations

from entrepot.base.memory import held_bytes, peak_bytes

WOBBLE_BYTES = 1 << 20
"""Linux counts pages late: no peak that is so little higher is a new one."""


class Memory:
    """Measures from its making on."""

    def __init__(self) -> None:
        self._begun = held_bytes()
        self._peak = peak_bytes()

    def measures(self) -> dict[str, float]:
        """Return the most the process ever held, and how much more it needed here.

        Where it held more before, what it needed here is what it holds more now.
        """
        peak = peak_bytes()
        is_new = peak > self._peak + WOBBLE_BYTES
        most = peak if is_new else held_bytes()
        return {
            "peak_bytes": float(peak),
            "used_bytes": float(max(0, most - self._begun)),
        }
