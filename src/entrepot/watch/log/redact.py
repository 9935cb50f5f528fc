"""Lines as they may be kept: nothing secret in them, bounded, and safe to show.

This runs where lines are written, not where they come from. A whole batch is looked at
together first: mostly nothing in it is doubtful, and then nothing else is done.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence

import msgspec

from entrepot.base.redaction import HIDDEN, SECRET, URL
from entrepot.base.settings import masked_url
from entrepot.watch.log.randomness import (
    has_long_run,
    hide_random,
    is_random,
    long_runs,
)
from entrepot.watch.log.text import (
    ENVIRON,
    MESSAGE_CHARACTERS,
    VALUE_CHARACTERS,
    bounded,
    bounded_trace,
    calmed,
    plain,
)
from entrepot.watch.spec import Entry

_ENCODER = msgspec.json.Encoder()
_FEW = 8
"""So many lines are looked at one by one."""

_HINTS = (
    "pass",
    "pwd",
    "secret",
    "token",
    "credent",
    "authori",
    "cookie",
    "key",
    "bearer",
    "basic",
    "://",
    "?",
    "$",
    "wsgi.",
    "-----",
)
"""What a text contains, in small letters, that may have something secret in it; what
has none of these has it in a long run of letters and digits."""
_DOUBTFUL = "\n"
"""Instead of a text that is looked at closely in any case."""

_WORDS = SECRET.pattern
_UNLESS = (
    r"(?![\w.\-]{0,30}_(?:count|type|length|size|bytes|seconds|minutes|hours|days|at"
    r"|name|version|policy|file|path)\b)"
)
_VALUE = r"(?:(?P<q>\\*[\"'])(?:(?!(?P=q))[^\r\n])*|[^\s,;&\"'\\)}\]<>]+)"
_NAMED = re.compile(
    rf"(?P<name>(?:{_WORDS}){_UNLESS}[\w.\-]{{0,30}}\\*[\"']?"
    rf"\s{{0,3}}(?:=>|:=|[:=])\s{{0,3}})(?:b(?=[\"']))?{_VALUE}",
    re.IGNORECASE,
)
_OPTION = re.compile(
    rf"(?P<name>(?<!-)--[\w\-]{{0,30}}(?:{_WORDS}){_UNLESS}[\w\-]{{0,30}} )[^\s\-]\S*",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"\b(?P<name>(?:proxy-)?authorization|(?:set-)?cookie2?)"
    r"(?P<then>\\*[\"']?\s{0,3}[:=]\s{0,3}\\*[\"']?)[^\r\n\"'\\]+",
    re.IGNORECASE,
)
_SCHEME = re.compile(
    r"\b(?P<name>(?i:bearer|basic|digest|apikey)\s{1,3})"
    r"(?=\S*(?:\d|=(?!\w)|[a-z][A-Z]))[\w.~+/\-]{8,}={0,2}(?![\w=])"
)
_QUERY = re.compile(
    r"(?<![\w./~%:\-])(?P<name>/[\w./~%:\-]*)\?[\w.~%\[\]\-]+=[^\s\"'<>]*"
)
_OF_ENVIRON = re.compile(r"[\"']wsgi\.")
_SHAPES = re.compile(
    "|".join(
        (
            # A private key, also where its end was cut off.
            r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
            r".*?(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|\Z)",
            # JWT and JWE, with what is joined to them: each run is read once.
            r"(?<![\w\-])(?=[\w\-]*?\beyJ[\w\-]{5})[\w\-]++\.[\w\-]{5,}"
            r"(?:\.[\w\-]*){0,3}",
            r"\bek_[\w\-]{16,}",  # our own keys
            r"\b(?:AKIA|ASIA|AGPA|AROA|AIDA)[A-Z0-9]{16}\b",
            r"\bgh[oprsu]_[A-Za-z0-9]{20,}",
            r"\bgithub_pat_\w{20,}",
            r"\bglpat-[\w\-]{16,}",
            r"\bnpm_[A-Za-z0-9]{30,}",
            r"\bpypi-[\w\-]{16,}",
            r"\bxox[a-z]-[\w\-]{8,}",
            r"\bsk-[\w\-]{16,}",
            r"\b(?:sk|rk|pk)_(?:live|test)_\w{10,}",
            r"\bwhsec_[A-Za-z0-9]{16,}",
            r"\bshp(?:at|ca|pa|ss)_[A-Fa-f0-9]{16,}",
            r"\bAIza[\w\-]{30,}",
            r"\bya29\.[\w\-]{16,}",
            r"\bSG\.[\w\-]{16,}\.[\w\-]{16,}",
            r"\bhf_[A-Za-z]{30,}",
            r"\bdop_v1_[a-f0-9]{32,}",
            r"\bAGE-SECRET-KEY-1[A-Z0-9]{20,}",
            r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}",  # bcrypt
            r"\$argon2\w{1,2}\$[^\s\"']+",
            r"\b(?:scrypt|pbkdf2)(?::\w+){1,3}\$[^\s$]+\$[0-9a-f]{32,}",
        )
    ),
    re.DOTALL,
)


def prepare(entries: Sequence[Entry]) -> list[Entry]:
    """Return lines as they may be kept and shown, in the same order."""
    done = list(entries)
    texts = [_text(entry) for entry in done]
    for at in _doubtful(texts, 0, len(texts)):
        done[at] = _clean_entry(done[at])
    return done


def clean(text: str) -> str:
    """Return a text without secrets, bounded, and safe to show."""
    text = bounded(text)
    if not text.isprintable():
        text = calmed(text)
    return _without_secrets(text) if _is_doubtful(text) else text


def _text(entry: Entry) -> str:
    """Return all that was said, to be looked at."""
    message = entry.message
    if entry.stack_trace or len(message) > MESSAGE_CHARACTERS:
        return _DOUBTFUL
    if not (entry.logger.isprintable() and entry.actor.isprintable()):
        return _DOUBTFUL
    fields = entry.fields
    if not fields or _is_harmless(fields):
        return message
    try:
        text = _ENCODER.encode(fields).decode()
    except (TypeError, ValueError, UnicodeEncodeError, RecursionError):
        return _DOUBTFUL
    is_plain = len(text) < VALUE_CHARACTERS and "\\" not in text and "null" not in text
    return f"{message} {text}" if is_plain else _DOUBTFUL


def _doubtful(texts: list[str], begin: int, end: int) -> list[int]:
    """Return the places of texts that have to be looked at closely."""
    if end - begin <= _FEW:
        return [n for n in range(begin, end) if _is_doubtful(texts[n])]
    if not _may_be_doubtful(" ".join(texts[begin:end])):
        return []
    half = (begin + end) // 2
    return [*_doubtful(texts, begin, half), *_doubtful(texts, half, end)]


def _is_doubtful(text: str) -> bool:
    if not _may_be_doubtful(text):
        return False
    if not has_long_run(text):
        return True
    return _has_hint(text) or any(map(is_random, long_runs(text))) or _has_shape(text)


def _may_be_doubtful(text: str) -> bool:
    return _has_hint(text) or has_long_run(text)


def _has_hint(text: str) -> bool:
    if not text.isprintable():
        return True
    low = text.lower()
    return any(map(low.__contains__, _HINTS))


def _has_shape(text: str) -> bool:
    return _SHAPES.search(text) is not None


def _clean_entry(entry: Entry) -> Entry:
    trace, fields = entry.stack_trace, entry.fields
    if trace:
        trace = calmed(bounded_trace(trace))
        # The patterns take half a millisecond: a loop of errors would hold us up.
        if _is_doubtful(trace.replace("\n", " ")):
            trace = _without_secrets(trace)
    if fields:
        told = plain(fields)
        fields = clean_named(told) if isinstance(told, dict) else {"told": told}
    return entry._replace(
        message=clean(entry.message),
        logger=calmed(entry.logger),
        actor=calmed(entry.actor),
        stack_trace=trace,
        fields=fields,
    )


def _without_secrets(text: str) -> str:
    if "wsgi." in text:
        text = _without_environ(text)
    text = _SHAPES.sub(HIDDEN, text)
    if "://" in text:
        text = URL.sub(lambda found: masked_url(found[0]), text)
    text = _QUERY.sub(rf"\g<name>?{HIDDEN}", text)
    text = _HEADER.sub(rf"\g<name>\g<then>{HIDDEN}", text)
    text = _OPTION.sub(rf"\g<name>{HIDDEN}", text)
    text = _NAMED.sub(_hide_named, text)
    text = _SCHEME.sub(rf"\g<name>{HIDDEN}", text)
    return hide_random(text, HIDDEN)


def _without_environ(text: str) -> str:
    """Hide what stands in braces around the names of an environ.

    Without its closing brace it was cut off, and goes to the end. No pattern does all
    of this: it would try each brace with each name.
    """
    begin = text.find("{")
    name = _OF_ENVIRON.search(text, begin + 1) if begin >= 0 else None
    if name is None:
        return text
    end = text.rfind("}", name.end()) + 1
    return f"{text[:begin]}{ENVIRON}{text[end:] if end else ''}"


def _hide_named(found: re.Match[str]) -> str:
    return f"{found['name']}{found['q'] or ''}{HIDDEN}"


def _is_harmless(fields: Mapping[str, object]) -> bool:
    """Tell whether all of them are numbers whose names are no secret."""
    for name, value in fields.items():
        if type(value) is not int or _is_secret_name(name):
            return False
    return True


@functools.lru_cache(maxsize=1024)
def _is_secret_name(name: str) -> bool:
    return SECRET.search(name) is not None


def clean_named(values: dict[str, object]) -> dict[str, object]:
    """Return values by their names without secrets, as `plain` has made them."""
    return {clean(name): _clean_value(name, inner) for name, inner in values.items()}


def _clean_value(name: str, value: object) -> object:
    is_told = value is None or isinstance(value, bool) or value == ""
    if _is_secret_name(name) and not is_told:
        return HIDDEN
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_clean_value("", inner) for inner in value]
    return clean_named(value) if isinstance(value, dict) else value
