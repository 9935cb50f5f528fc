"""Messages without what differs from one time to the next: numbers, ids, values."""

from __future__ import annotations

import re

from entrepot.watch.log.text import calmed

CHARACTERS = 500
"""Of a message that was made normal; the rest hardly tells causes apart."""
NUMBER, VALUE, ADDRESS = "#", "<value>", "<address>"
"""What stands for numbers and ids, for what is quoted, and for addresses."""

# Apostrophes inside of words quote nothing; a quotation ends on its line.
_QUOTED = re.compile(
    r"""(?<!\w)'[^'\n]{0,500}'(?!\w)|"[^"\n]{0,500}"|`[^`\n]{0,500}`"""
    "|[“„][^“”\n]{0,500}[“”]|‘[^’\n]{0,500}’(?!\\w)|«[^»\n]{0,500}»"
)
_URL = re.compile(r"\b[A-Za-z][A-Za-z0-9+.\-]{1,30}://[^\s\"'<>()]*[^\s\"'<>().,:;]")
_MAIL = re.compile(r"\b[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63})*\b")
_UUID = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE
)
_IPV6 = re.compile(
    r"(?<![\w:])\[?(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){7}"
    r"|(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?::"
    r"(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?)\]?(?::\d+\b)?(?![\w:])",
    re.IGNORECASE,
)
_IPV4 = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b")
_WORD = re.compile(r"\w+")
_HEX = re.compile(r"[0-9a-f]{8,}", re.IGNORECASE)
_LINKED = re.compile(r"#(?:[.,:/+\-]#)+")
_SIGNED = re.compile(r"(?<![\w>])[+\-−]#")
_LISTED = re.compile(r"(#|<value>|<address>)(?:\s*[,;]\s*\1)+")
_BLANK = re.compile(r"\s+")


def normal(message: str) -> str:
    """Return a message that stays the same whatever it was about this time.

    Quoted values, addresses, ids and every word with a digit are replaced; a list of
    such things is one of them.
    """
    text = calmed(message)
    text = _QUOTED.sub(VALUE, text)
    text = _URL.sub(ADDRESS, text)
    text = _MAIL.sub(ADDRESS, text)
    text = _UUID.sub(NUMBER, text)
    text = _IPV6.sub(ADDRESS, text)
    text = _IPV4.sub(ADDRESS, text)
    text = _WORD.sub(_without_number, text)
    text = _SIGNED.sub(NUMBER, _LINKED.sub(NUMBER, text))
    text = _BLANK.sub(" ", _LISTED.sub(r"\1", text)).strip()
    return text[:CHARACTERS]


def normal_path(path: str) -> str:
    """Return the path of an address, without the ids in it and what it asks for."""
    path = path.partition("?")[0].partition("#")[0]
    if "://" in path:
        path = "/" + path.partition("://")[2].partition("/")[2]
    parts = (_part(part) for part in calmed(path).split("/"))
    return "/".join(parts)[:CHARACTERS]


def _part(part: str) -> str:
    return NUMBER if any(map(str.isdigit, part)) or _HEX.fullmatch(part) else part


def _without_number(found: re.Match[str]) -> str:
    word = found[0]
    is_id = any(map(str.isdigit, word)) or _HEX.fullmatch(word)
    return NUMBER if is_id else word
