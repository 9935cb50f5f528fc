"""A file on an FTP server, in the clear or with TLS (ftps://)."""

from __future__ import annotations

import ftplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from entrepot.base.deadline import within
from entrepot.base.errors import Invalid, Missing, Refused, TimedOut, Unavailable
from entrepot.base.fetch import settings as fetch_knobs
from entrepot.base.fetch.addresses import read_allowed
from entrepot.base.fetch.pinned import Clock, checked_addresses, system_resolve
from entrepot.base.fetch.targets import Target, parse_target
from entrepot.base.files import publish
from entrepot.base.settings import Settings
from entrepot.feeds.engines.taking import PIECE_BYTES, Facts, Taking, unchanged
from entrepot.feeds.spec import Fetched, Fetching, knobs

PORT = 21
STEP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class _Place:
    target: Target
    user: str
    path: str
    is_secure: bool

    @property
    def shown(self) -> str:
        """Return the address without the name of a user."""
        scheme = "ftps" if self.is_secure else "ftp"
        return f"{scheme}://{self.target.host}/{self.path}"


class FtpSource:
    name = "ftp"
    label = "FTP"
    summary = "A file on a server: ftps://user@host/path; the secret is the password."
    needs_address = True

    def check(self, address: str, settings: Settings) -> None:
        """Refuse what is no address of a file, or has a password inside."""
        _place(address)

    def fetch(self, asked: Fetching) -> Fetched:
        """Bring the file, unless its time and size are the known ones."""
        place = _place(asked.address)
        clock = Clock(within(asked.settings[knobs.FETCH_SECONDS]))
        with _told(place), _connected(place, asked, clock) as server:
            facts = Facts(
                name=PurePosixPath(place.path).name, modified=_dated(server, place)
            )
            is_dated = bool(facts.modified and asked.known.sha256)
            if is_dated and facts.modified == asked.known.modified:
                return unchanged(asked, facts)
            return _retrieved(server, place, asked, facts, clock)


def _retrieved(
    server: ftplib.FTP, place: _Place, asked: Fetching, facts: Facts, clock: Clock
) -> Fetched:
    with publish(asked.to) as file:
        taking = Taking(file, asked.settings[knobs.FILE_SIZE])

        def write(piece: bytes) -> None:
            clock.within(None)
            taking.write(piece)

        server.retrbinary(f"RETR {place.path}", write, PIECE_BYTES)
    if taking.sha256 == asked.known.sha256:
        asked.to.unlink()
        return unchanged(asked, facts)
    return Fetched(
        name=facts.name,
        sha256=taking.sha256,
        size_bytes=taking.size_bytes,
        modified=facts.modified,
    )


def _dated(server: ftplib.FTP, place: _Place) -> str:
    """Return the file's time and size as one text; empty where it is not told."""
    with suppress(ftplib.error_perm, ftplib.error_reply):
        at = server.sendcmd(f"MDTM {place.path}").removeprefix("213").strip()
        return f"{at}-{server.size(place.path)}"
    return ""


def _place(text: str) -> _Place:
    """Read an address.

    Raises:
        Invalid: It is none, or has a password inside.
    """
    try:
        parts = urlsplit(text.strip())
        port, password = parts.port or PORT, parts.password
    except ValueError:
        raise Invalid("the address cannot be read") from None
    if parts.scheme not in ("ftp", "ftps") or not parts.hostname:
        raise Invalid("the address must begin with ftp:// or ftps:// and a host")
    if password is not None:
        raise Invalid("a password has no place in the address; it is the secret")
    path, user = unquote(parts.path).lstrip("/"), unquote(parts.username or "")
    if not path or any(ord(sign) < 32 for sign in path + user):
        raise Invalid("the address must name a file")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    target = parse_target(f"http://{host}:{port}/")
    return _Place(target, user or "anonymous", path, parts.scheme == "ftps")


@contextmanager
def _connected(place: _Place, asked: Fetching, clock: Clock) -> Iterator[ftplib.FTP]:
    """Connect to an address that was checked, and to no other.

    Files come from the same address: what the server says of another is not believed.
    """
    allowed = read_allowed(asked.settings)
    address = checked_addresses(place.target, allowed, system_resolve, clock)[0]
    limit = clock.within(STEP_SECONDS)
    server: ftplib.FTP = ftplib.FTP(timeout=limit, encoding="utf-8")
    if place.is_secure:
        server = ftplib.FTP_TLS(
            timeout=limit, encoding="utf-8", context=_tls(asked.settings)
        )
    try:
        server.connect(address, place.target.port)
        server.host = place.target.host  # that is who the certificate is for
        server.login(place.user, asked.secret or "anonymous@")
        if isinstance(server, ftplib.FTP_TLS):
            server.prot_p()
        server.voidcmd("TYPE I")
        yield server
    finally:
        server.close()


def _tls(settings: Settings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if settings[fetch_knobs.CA_FILE]:
        context.load_verify_locations(cafile=settings[fetch_knobs.CA_FILE])
    return context


@contextmanager
def _told(place: _Place) -> Iterator[None]:
    """Turn what the library raises into our errors; servers' words may hold secrets."""
    try:
        yield
    except TimeoutError:
        raise TimedOut(f"{place.target.host} does not answer in time") from None
    except ssl.SSLCertVerificationError as error:
        raise Refused(
            f"the certificate of {place.target.host} is not valid: "
            f"{error.verify_message}"
        ) from None
    except ftplib.error_perm as error:
        if str(error).startswith("550"):
            raise Missing(f"there is no file {place.shown}") from None
        raise Refused(
            f"{place.target.host} refuses it ({str(error)[:3]})",
            hint="are the user and the feed's secret right?",
        ) from None
    except (ftplib.Error, EOFError, OSError) as error:
        raise Unavailable(
            f"{place.target.host} cannot be reached or broke off: "
            f"{type(error).__name__}"
        ) from None


SOURCE = FtpSource()
