"""Values without their secrets, before they are stored for people to look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, Dialect, TypeDecorator
from sqlalchemy.ext.mutable import MutableDict

from entrepot.base.settings import masked_url

HIDDEN = "***"
SECRET = re.compile(
    r"passw(or)?d|passphrase|pwd|secret|token|credential|authorization|cookie"
    r"|(api|access|private|encryption|signing)[_\-. ]?key",
    re.IGNORECASE,
)
"""What the name of a value contains that must not be stored."""

URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{0,30}://[^\s\"'<>]+")


def without_secrets(value: object) -> object:
    """Return a JSON value with `***` for what its name, or a URL in it, gives away."""
    if isinstance(value, Mapping):
        return {key: _named(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_secrets(inner) for inner in value]
    if isinstance(value, str):
        return URL.sub(lambda found: masked_url(found[0]), value)
    return value


def _named(name: str, value: object) -> object:
    is_secret = SECRET.search(name) and not isinstance(value, bool)
    if is_secret and value not in (None, ""):
        return HIDDEN
    return without_secrets(value)


class CleanJson(TypeDecorator[dict[str, Any]]):
    """JSON that is stored without secrets, however they came in."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(
        self, value: dict[str, Any] | None, dialect: Dialect
    ) -> object:
        """Take the secrets out on the way to the database."""
        return None if value is None else without_secrets(value)


def clean_json_object() -> Any:
    """Return the type of such an object whose changes in place are stored."""
    return MutableDict.as_mutable(CleanJson())
