"""What can go wrong where statements run, for the documented statuses."""

from entrepot.base.errors import (
    Conflict,
    Denied,
    Invalid,
    Missing,
    Refused,
    Throttled,
    TimedOut,
    TooMuch,
    Unauthenticated,
    Unavailable,
)

WHO = (Unauthenticated, Denied)
FAR = (Missing, Invalid, Refused, Unavailable, TimedOut, TooMuch, Throttled, Conflict)
"""What can go wrong wherever a statement runs."""
