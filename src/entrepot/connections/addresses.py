"""Addresses as people write them, made into addresses that can be kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from entrepot.base.errors import Invalid, UnknownName
from entrepot.base.settings import Settings
from entrepot.connections.parts import DIALECTS
from entrepot.connections.roots import allowed_path
from entrepot.connections.spec import Dialect

LONGEST = 4096

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9.-]*)(?:\+[A-Za-z0-9_]+)?:(.*)", re.DOTALL)
_HOST = re.compile(r"[\w.-]+|[0-9A-Fa-f:.]+(%\w+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a database is, and apart from it the password.

    Attributes:
        url: SQLAlchemy's form, without a password; files are absolute.
        password: None where none was given.
    """

    dialect: str
    url: str
    password: str | None = field(default=None, repr=False)

    @property
    def wants_password(self) -> bool:
        """Tell whether a user is named who may need a password, and none is given."""
        return bool(make_url(self.url).username) and not self.password

    def with_password(self) -> str:
        """Return the URL with the password in it."""
        url = make_url(self.url).set(password=self.password)
        return url.render_as_string(hide_password=False)


def parse_address(
    text: str, settings: Settings, *, password: str | None = None
) -> Address:
    """Read a URL or the path of a file.

    No message repeats the text of a server's URL: a password may stand anywhere in it.

    Args:
        password: Instead of the URL's own.

    Raises:
        UnknownName: No dialect has this scheme, or it does not have this URL option.
        Invalid: The URL cannot be read.
        OutsideRoots: A file outside the allowed folders.
    """
    text = text.strip()
    if not text or len(text) > LONGEST or not text.isprintable():
        raise Invalid(f"a URL is 1 to {LONGEST} printable characters")
    found = _SCHEME.fullmatch(text)
    if found is None:
        return _plain_path(text, settings)
    scheme = found[1].lower()
    dialect = find_dialect(scheme)
    if dialect.is_file:
        return _file(dialect, scheme, found[2], settings)
    return _server(dialect, found[2], password)


def find_dialect(scheme: str) -> Dialect:
    """Return the dialect that a URL's scheme means.

    Raises:
        UnknownName: None does.
    """
    schemes = {name: d for d in DIALECTS for name in (d.name, *d.schemes)}
    if scheme not in schemes:
        raise UnknownName("kind of database", scheme, list(schemes))
    return schemes[scheme]


def _plain_path(text: str, settings: Settings) -> Address:
    if "@" in text:
        raise Invalid("a URL begins with the kind of database, e.g. postgresql://")
    endings = {ending: d for d in DIALECTS for ending in d.suffixes}
    ending = Path(text).suffix.lower()
    if ending not in endings:
        raise Invalid(
            "from this path the kind of database cannot be told",
            hint=f"write it before the path, as in sqlite:{text}, or let the file "
            f"end in one of {', '.join(sorted(endings))}",
        )
    return _below_roots(endings[ending].name, endings[ending], text, settings)


def _file(dialect: Dialect, scheme: str, rest: str, settings: Settings) -> Address:
    path, _, query = rest.partition("?")
    if path.startswith("//"):
        if not path.startswith("///"):
            raise Invalid(
                f"a {scheme} URL names a file on this machine and no host",
                hint=f"three slashes before a relative path, four before an absolute "
                f"one: {dialect.example}",
            )
        path = path[3:]
    address = _below_roots(scheme, dialect, unquote(path), settings)
    options = _options(dialect, parse_qsl(query, keep_blank_values=True))
    url = make_url(address.url).update_query_dict(options)
    return Address(dialect=dialect.name, url=url.render_as_string())


def _below_roots(
    scheme: str, dialect: Dialect, path: str, settings: Settings
) -> Address:
    if path in ("", ":memory:"):
        raise Invalid("the URL names no file", hint=f"for example {dialect.example}")
    found = allowed_path(path, settings)
    url = URL.create(scheme, database=str(found))
    return Address(dialect=dialect.name, url=url.render_as_string())


def _server(dialect: Dialect, rest: str, password: str | None) -> Address:
    try:
        url = make_url(f"{dialect.name}:{rest}")
    except (ArgumentError, ValueError):
        raise Invalid(
            "the URL cannot be read",
            hint=f"for example {dialect.example}; a character such as @ : / or % in "
            "the password is written as %40 %3A %2F %25",
        ) from None
    if not _HOST.fullmatch(url.host or ""):
        raise Invalid(
            "the URL names no host that can be read",
            hint=f"for example {dialect.example}; an @ in the password is %40",
        )
    if "=" in (url.database or ""):  # some drivers would read it as options
        raise Invalid("the name of a database cannot have an equals sign here")
    pairs = [(n, v) for n in url.query for v in url.normalized_query[n]]
    bare = URL.create(
        dialect.name,
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query=_options(dialect, pairs),
    )
    return Address(
        dialect=dialect.name,
        url=bare.render_as_string(),
        password=(url.password if password is None else password) or None,
    )


def _options(dialect: Dialect, pairs: list[tuple[str, str]]) -> dict[str, str]:
    options: dict[str, str] = {}
    for name, value in pairs:
        if name not in dialect.url_options:
            raise UnknownName("URL option", name, dialect.url_options)
        if name in options:
            raise Invalid(f"the URL option {name} is given twice")
        options[name] = value
    return options
