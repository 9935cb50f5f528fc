"""A file behind a web address, asked for only if it changed."""

from __future__ import annotations

import base64
from pathlib import PurePosixPath
from urllib.parse import unquote

from entrepot.base.errors import Invalid, Missing, Refused, Unavailable
from entrepot.base.fetch.client import Fetched as Answer
from entrepot.base.fetch.client import fetch
from entrepot.base.fetch.requests import Request
from entrepot.base.fetch.targets import parse_target
from entrepot.base.files import publish
from entrepot.base.settings import Settings
from entrepot.feeds.engines.taking import Facts, Taking, unchanged
from entrepot.feeds.spec import Fetched, Fetching, knobs

READ_SECONDS = 60.0


class _NothingNew(Exception):
    pass


class UrlSource:
    name = "url"
    label = "Web address"
    summary = (
        "A file behind http:// or https://; the secret is a token or user:password."
    )
    needs_address = True

    def check(self, address: str, settings: Settings) -> None:
        """Refuse what is no web address, or has a password inside."""
        parse_target(address.strip())

    def fetch(self, asked: Fetching) -> Fetched:
        """Ask for the file with what is known of it."""
        target = parse_target(asked.address.strip())
        path = unquote(target.path.partition(b"?")[0].decode("ascii"))
        name = PurePosixPath(path).name[-200:] or target.host
        request = Request(
            url=asked.address.strip(),
            headers=_headers(asked),
            limit_bytes=asked.settings[knobs.FILE_SIZE],
            read_seconds=READ_SECONDS,
            total_seconds=asked.settings[knobs.FETCH_SECONDS],
        )
        facts = Facts(name=name)
        try:
            with publish(asked.to) as file:
                taking = Taking(file, request.limit_bytes)
                answer = fetch(request, asked.settings, to=taking)  # type: ignore[arg-type]  # all it does is write
                facts = _facts(name, answer)
                if _is_known(answer, asked, taking):
                    raise _NothingNew
        except _NothingNew:
            return unchanged(asked, facts)
        return Fetched(
            name=name,
            sha256=taking.sha256,
            size_bytes=taking.size_bytes,
            etag=facts.etag,
            modified=facts.modified,
        )


def _headers(asked: Fetching) -> dict[str, str]:
    headers = {}
    if asked.known.etag:
        headers["If-None-Match"] = asked.known.etag
    if asked.known.modified:
        headers["If-Modified-Since"] = asked.known.modified
    if ":" in asked.secret:
        packed = base64.b64encode(asked.secret.encode()).decode()
        headers["Authorization"] = f"Basic {packed}"
    elif asked.secret:
        headers["Authorization"] = f"Bearer {asked.secret}"
    return headers


def _facts(name: str, answer: Answer) -> Facts:
    return Facts(
        name=name,
        etag=answer.headers.get("etag", "")[:500],
        modified=answer.headers.get("last-modified", "")[:100],
    )


def _is_known(answer: Answer, asked: Fetching, taking: Taking) -> bool:
    """Tell whether the answer is what is known; refuse one that is no file."""
    said = f"{answer.url} answers {answer.status} {answer.reason}".strip()
    if answer.status == 304 and asked.known.sha256:
        return True
    if answer.status in (404, 410):
        raise Missing(said)
    if answer.status == 429 or answer.status >= 500:
        raise Unavailable(said)
    if answer.status in (401, 403):
        raise Refused(said, hint="is the feed's secret right?")
    if not answer.is_ok:
        raise Refused(said)
    if not taking.size_bytes:
        raise Invalid(f"{answer.url} gives an empty file")
    return taking.sha256 == asked.known.sha256


SOURCE = UrlSource()
