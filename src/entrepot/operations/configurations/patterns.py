"""Whether a text is what a pattern of people's asks for, in bounded time.

Some patterns take years for a short text, and Python cannot be stopped in the middle
of one.  So it is matched in a process of its own, which the system ends.
"""

from __future__ import annotations

import json
import subprocess
import sys

from entrepot.base.errors import InvalidValue

CPU_SECONDS = 1
WAIT_SECONDS = 10.0
"""How long a machine that is busy may let us wait for that second."""

LONGEST_CHARACTERS = 10_000
"""Longer texts are refused where there is a pattern."""

_CHILD = f"""
import json, re, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({CPU_SECONDS}, {CPU_SECONDS}))
pattern, text = json.load(sys.stdin)
try:
    found = re.fullmatch(pattern, text) is not None
except (re.error, RecursionError, OverflowError, MemoryError) as error:
    found = str(error)
print(json.dumps(found))
"""


def check_pattern(pattern: str) -> None:
    """Refuse a pattern that nothing could be compared with.

    Raises:
        InvalidValue: It is no regular expression.
    """
    _matches(pattern, "")


def check_match(pattern: str, text: str) -> None:
    """Refuse a text that is not, from beginning to end, what the pattern asks for.

    Raises:
        InvalidValue: It is not, or telling takes too long.
    """
    if len(text) > LONGEST_CHARACTERS:
        raise InvalidValue(
            f"a value with a pattern has at most {LONGEST_CHARACTERS:,} characters"
        )
    if not _matches(pattern, text):
        raise InvalidValue(f"the value does not match the pattern {pattern}")


def _matches(pattern: str, text: str) -> bool:
    try:
        ended = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _CHILD],
            input=json.dumps([pattern, text]),
            capture_output=True,
            text=True,
            timeout=WAIT_SECONDS,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise InvalidValue(
            f"the pattern {pattern} takes too long with this value",
            hint="write it without repetitions inside repetitions",
        ) from None
    found = json.loads(ended.stdout)
    if isinstance(found, str):
        raise InvalidValue(f"{pattern} is not a regular expression: {found}")
    return bool(found)
