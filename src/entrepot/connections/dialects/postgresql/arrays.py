"""PostgreSQL's text of an array as JSON."""

from __future__ import annotations

import json
import re

TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([{}])|,|([^{},"]+)', re.DOTALL)
NOT_JSON = ("NaN", "Infinity", "-Infinity")


def array_to_json(text: str, is_bare: bool) -> str:
    """Return `{1,NULL}` as `[1,null]`; items are JSON strings unless they are bare.

    Bounds (`[0:1]={1,2}`) are left out, as JSON has none.
    """
    body = text[text.index("{") :]
    return "".join(_token(match, is_bare) for match in TOKEN.finditer(body))


def _token(match: re.Match[str], is_bare: bool) -> str:
    quoted, brace, plain = match.groups()
    if brace:
        return "[" if brace == "{" else "]"
    if quoted is not None:
        return json.dumps(
            re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL), ensure_ascii=False
        )
    if plain is None:
        return ","
    if plain == "NULL":
        return "null"
    if not is_bare or plain in NOT_JSON:
        return json.dumps(plain, ensure_ascii=False)
    return {"t": "true", "f": "false"}.get(plain, plain)
