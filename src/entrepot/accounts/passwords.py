"""Passwords: what is good enough, and hashes that are slow to try."""

from __future__ import annotations

import functools
import re
import secrets
import string
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from entrepot.accounts.errors import WeakPassword
from entrepot.base.errors import Throttled

SHORTEST_CHARACTERS = 12
LONGEST_CHARACTERS = 1024

METHOD = "scrypt:32768:8:1"
"""32 MB and about 60 ms a try; Werkzeug's own choice, written out to notice changes."""

_LEET = str.maketrans("0134578@$!", "oieastbasi")
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "1234567890" * 3,
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)


def check_rules(password: str, *, email: str = "") -> None:
    """Let a password pass that nobody guesses soon.

    Length and not being known are all that counts; no rule wants digits or signs.

    Raises:
        WeakPassword: It is short or very long, publicly known, or the address.
    """
    # https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
    count = len(password)
    if not SHORTEST_CHARACTERS <= count <= LONGEST_CHARACTERS:
        raise WeakPassword(
            f"a password has {SHORTEST_CHARACTERS} to {LONGEST_CHARACTERS} characters, "
            f"not {count}",
            hint="three or four words that do not belong together are good",
        )
    folded = password.lower()
    if email and folded in _told_by(email):
        raise WeakPassword("the password is the address, which everybody knows")
    if is_common(folded):
        raise WeakPassword(
            "the password is publicly known, or follows the keyboard",
            hint="three or four words that do not belong together are good",
        )


def is_common(folded: str) -> bool:
    """Tell whether a password in small letters is among the first that are tried."""
    is_run = any(folded in run or folded[::-1] in run for run in _RUNS)
    if len(set(folded)) < 5 or is_run:
        return True
    word = re.sub(r"[^a-z]", "", folded)
    core = re.sub(r"^[^a-z]+|[^a-z]+$", "", folded)
    clear = re.sub(r"[^a-z]", "", core.translate(_LEET))
    half = folded[: len(folded) // 2]
    doubled = half * 2 == folded and len(half) < SHORTEST_CHARACTERS
    return not {word, clear}.isdisjoint(_common()) or doubled


@functools.cache
def _common() -> frozenset[str]:
    """Words of every list of leaked passwords, alone or with digits around."""
    path = Path(__file__).with_name("common_words.txt")
    return frozenset(path.read_text(encoding="utf-8").split())


def _told_by(email: str) -> set[str]:
    name, _, domain = email.lower().partition("@")
    return {email.lower(), name, domain, name + domain, email.lower()[::-1]}


def make_hash(password: str) -> str:
    """Return the hash to keep."""
    from werkzeug.security import generate_password_hash

    return generate_password_hash(password, METHOD)


def is_right(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one whose hash was kept.

    Without a hash it takes the same time and is wrong.
    """
    from werkzeug.security import check_password_hash

    dummy = _dummy()  # made at the first try of the process, whoever tries
    fits = check_password_hash(kept or dummy, password[: LONGEST_CHARACTERS + 1])
    return fits and kept is not None


@functools.cache
def _dummy() -> str:
    return make_hash(secrets.token_urlsafe())


def make_first_password() -> str:
    """Return a password to hand over: 20 letters and digits in groups."""
    letters = [c for c in string.ascii_lowercase + string.digits if c not in "01lo"]
    groups = ["".join(secrets.choice(letters) for _ in range(5)) for _ in range(4)]
    return "-".join(groups)


class Turns:
    """How many passwords a process tries at once: each takes 32 MB and a core.

    Some wait for their turn, the rest are sent away at once: threads that wait answer
    nobody else.
    """

    def __init__(self, count: int, *, patience_seconds: float = 10.0) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._waiting = threading.BoundedSemaphore(4 * count)
        self._patience_seconds = patience_seconds

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a turn for the block.

        Raises:
            Throttled: Too many wait already, or the wait was too long.
        """
        if not self._waiting.acquire(blocking=False):
            raise self._busy()
        try:
            if not self._free.acquire(timeout=self._patience_seconds):
                raise self._busy()
        finally:
            self._waiting.release()
        try:
            yield
        finally:
            self._free.release()

    def close(self) -> None:
        """Nothing is held open."""

    @staticmethod
    def _busy() -> Throttled:
        return Throttled("many people sign in just now", retry_after_seconds=2)
