"""Names of traces and of their steps, and how they travel: W3C's `traceparent`."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from random import Random

# https://www.w3.org/TR/trace-context/#traceparent-header
_TRACEPARENT = re.compile(
    r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})"
    r"-([0-9a-f]{2})(-.*)?"
)

CHANCE = Random()
"""Of ids and of sampling. It is our own: whoever seeds the common one repeats no id."""
os.register_at_fork(after_in_child=CHANCE.seed)


@dataclass(frozen=True, slots=True)
class Caller:
    """What a `traceparent` says: the trace, the span that asks, and whether it is kept.

    Attributes:
        trace_id: 32 hex digits.
        span_id: 16 hex digits.
    """

    trace_id: str
    span_id: str
    is_sampled: bool

    def __str__(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{int(self.is_sampled):02x}"


def parse_traceparent(text: str) -> Caller | None:
    """Return what a header says; None where it is not one that can be read."""
    found = _TRACEPARENT.fullmatch(text)
    # A later version may say more behind, this one may not.
    if found is None or (found[1] == "00" and found[5]):
        return None
    return Caller(found[2], found[3], bool(int(found[4], 16) & 1))


def new_trace() -> str:
    """Return the id of a new trace."""
    return f"{CHANCE.getrandbits(128) or 1:032x}"
