"""Text of strangers made fit to be seen: nothing in it hides, turns, or has no end.

A line's text may come from a browser, a database or an attacker. Templates escape HTML;
what is left are characters that hide, turn or erase text: they are shown as what they
are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint

from entrepot.watch.spec import Line

IN_LIST = 240
IN_OPEN_LINE = 20_000
IN_PAIR = 500
FACTS_IN_LIST = 4
FACT_IN_LIST = 40

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Controls of terminals, of direction and of width, tags, and halves of pairs."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is safe to show, and how many characters are left out at its end."""

    text: str
    cut: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A fact of a line; `filters` are the parameters that narrow to it."""

    name: str
    text: str
    filters: Mapping[str, object] | None = None


def seen(text: str) -> str:
    """Return a text in which every character can be seen."""
    return _UNSEEN.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def cut(text: object, limit: int = IN_OPEN_LINE) -> Text:
    """Return the beginning of a text, safe to show."""
    whole = str(text)
    return Text(seen(whole[:limit]), max(0, len(whole) - limit))


def on_one_line(text: str) -> Text:
    """Return the beginning of a message, its line breaks as arrows."""
    found = cut(text, IN_LIST)
    return Text(_flat(found.text), found.cut)


def _flat(text: str) -> str:
    return " ↵ ".join(text.split("\n"))


def moment_words(timestamp: str) -> str:
    """Return a line's time for people: `20 Nov 2026, 14:32:06.020 UTC`."""
    at = datetime.fromisoformat(timestamp)
    return f"{at:%-d %b %Y, %H:%M:%S}.{at.microsecond // 1000:03d} UTC"


def logger_words(name: str) -> str:
    """Return a logger's name as lists show it: ours without the house's."""
    return seen(name).removeprefix("entrepot.")


def brief_facts(line: Line) -> list[tuple[str, str]]:
    """Return the few facts that stand behind a message."""
    took = None if line.duration_ms is None else f"{line.duration_ms:,.1f} ms"
    known: dict[str, object] = {
        "in": took,
        "error": line.error_type,
        "user": line.actor,
        "job": line.job_id,
        **line.fields,
        "request": line.request_id,
    }
    told = [(name, _told(value)) for name, value in known.items() if value is not None]
    return [(seen(n)[:FACT_IN_LIST], _brief(t)) for n, t in told[:FACTS_IN_LIST] if t]


def pairs(line: Line) -> list[Pair]:
    """Return every fact of a line but its message and its stack trace."""
    narrowing: list[tuple[str, object, str]] = [
        ("logger", line.logger, "logger"),
        ("request", line.request_id, "request_id"),
        ("trace", line.trace_id, "trace_id"),
        ("job", line.job_id, "job_id"),
        ("user id", line.user_id, "user_id"),
        ("endpoint", line.endpoint, "endpoint"),
        ("status", line.status_code, "status"),
    ]
    plain = [
        ("user", line.actor),
        ("address", line.ip_address),
        ("method", line.method),
        ("error type", line.error_type),
        *line.fields.items(),
    ]
    found = [
        Pair(name, cut(value, IN_PAIR).text, {parameter: value})
        for name, value, parameter in narrowing
        if value not in (None, "")
    ]
    if line.duration_ms is not None:
        slow = {"min_duration_ms": f"{line.duration_ms:g}"}
        found.append(Pair("took", f"{line.duration_ms:,.1f} ms", slow))
    told = [(name, _told(value)) for name, value in plain if value is not None]
    return found + [Pair(seen(n)[:80], _bounded(text)) for n, text in told]


def _told(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _bounded(text: str) -> str:
    found = cut(text, IN_PAIR)
    return f"{found.text} …+{found.cut:,}" if found.cut else found.text


def _brief(text: str) -> str:
    return _flat(
        seen(text if len(text) <= FACT_IN_LIST else f"{text[: FACT_IN_LIST - 1]}…")
    )


def install(bp: Blueprint) -> None:
    """Give templates the words of this module."""
    for words in (
        seen,
        cut,
        on_one_line,
        logger_words,
        moment_words,
        brief_facts,
        pairs,
    ):
        bp.add_app_template_filter(words, f"log_{words.__name__}")
