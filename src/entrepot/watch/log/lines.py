"""How a line looks on standard output: plain, or as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec

from entrepot.watch.spec import ACCESS, Entry

_BREAKS = re.compile("[\n\r\t\x85\u2028\u2029]")
_NAMES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ENDS_PATH = re.compile(r"[\s\"\\]")
"""What no path has in a request line: it would end it, and look like an answer."""
_SPACED = re.compile(r"[\s\"=\\]")
_ENCODER = msgspec.json.Encoder(enc_hook=str)
Render = Callable[[Entry], str]


def plain_line(entry: Entry) -> str:
    """Return a line as people read it; a traceback follows on indented lines.

    Time, level and message stand side by side, so that they can be searched for
    together. Facts follow as `name=value`.
    """
    at = datetime.fromtimestamp(entry.at, UTC)
    begun = f"[{at:%Y-%m-%d %H:%M:%S}]"
    if entry.logger == ACCESS and entry.status_code is not None:
        said = f"{asked(entry)} {entry.status_code} {entry.level}"
        facts: dict[str, object] = {"duration": duration(entry)}
    else:
        said, facts = f"{entry.level} {on_one_line(entry.message)}", {}
        facts |= {**(entry.fields or {}), "error": entry.error_type or None}
        facts["logger"] = entry.logger
    facts["request_id"], facts["job_id"] = entry.request_id, entry.job_id
    told = "".join(
        f" {_name(k)}={_value(v)}" for k, v in facts.items() if v not in ("", None)
    )
    trace = "".join(f"\n  {line}" for line in entry.stack_trace.splitlines())
    return f"{begun} {said}{told}{trace}"


def json_line(entry: Entry) -> str:
    """Return a line as a JSON object; what it does not tell is left out."""
    at = datetime.fromtimestamp(entry.at, UTC)
    is_access = entry.logger == ACCESS and entry.status_code is not None
    told = {
        "time": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z",
        "level": entry.level,
        "logger": entry.logger,
        "message": f"{asked(entry)} {entry.status_code}"
        if is_access
        else entry.message,
        "request_id": entry.request_id,
        "trace_id": entry.trace_id,
        "user_id": entry.user_id,
        "actor": entry.actor,
        "job_id": entry.job_id,
        "ip_address": entry.ip_address,
        "endpoint": entry.endpoint,
        "method": entry.method,
        "status": entry.status_code,
        "duration": duration(entry),
        "duration_ms": entry.duration_ms,
        "error_type": entry.error_type,
        "stack_trace": entry.stack_trace,
        "fields": entry.fields,
    }
    kept = {name: value for name, value in told.items() if value not in ("", None)}
    return _json(kept)


def asked(entry: Entry) -> str:
    """Return a request as the documents' lines have it: `"GET /x HTTP/1.1"`.

    Whoever asks chooses the path, but not where it ends.
    """
    method, _, path = entry.message.rpartition(" ")[0].partition(" ")
    path = _ENDS_PATH.sub(lambda found: quote(found[0]), path)
    fields: Mapping[str, object] = entry.fields or {}
    protocol = fields.get("protocol", "HTTP/1.1")
    return f'"{method} {path} {on_one_line(str(protocol))}"'


def duration(entry: Entry) -> str:
    """Return how long a request took, with its unit; empty where it was none."""
    return "" if entry.duration_ms is None else f"{entry.duration_ms:.1f}ms"


def on_one_line(text: str) -> str:
    """Return a text without breaks, which are shown as programmers write them."""
    return text if text.isprintable() else _BREAKS.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return _NAMES.get(found[0]) or f"\\u{ord(found[0]):04x}"


def _name(name: str) -> str:
    return name if name.isidentifier() else _SPACED.sub("_", name)


def _value(value: object) -> str:
    is_word = isinstance(value, str) and not _SPACED.search(value)
    return str(value) if is_word else _json(value)


def _json(value: object) -> str:
    # Some readers end a line where JSON sees a sign like others.
    return on_one_line(_ENCODER.encode(value).decode())


RENDERS: dict[str, Render] = {"plain": plain_line, "json": json_line}
"""How lines are rendered, by LOG_FORMAT."""
