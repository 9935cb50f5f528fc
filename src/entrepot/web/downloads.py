"""Send files: whole, resumable, in small pieces, and not too many at once."""

from __future__ import annotations

import base64
import os
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import quote

from flask import Flask, Response, current_app, request
from werkzeug.http import dump_options_header

from entrepot.base.errors import Expired, Throttled
from entrepot.base.settings import Settings
from entrepot.web import settings as knobs
from entrepot.web.response_cache import takes_gzip

CHUNK_BYTES = 256 * 1024


class Slots:
    """How many downloads this process may make and send at once."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._free = threading.BoundedSemaphore(count)

    def take(self) -> Slot:
        """Return a slot, to be given back.

        Raises:
            Throttled: All are taken.
        """
        if not self._free.acquire(blocking=False):
            raise Throttled(
                f"this server is sending {self.count} files already",
                hint="wait for one to end, or use `entrepot exports run`, "
                "which needs no server",
            )
        return Slot(self._free.release)


class Slot:
    """A place among the downloads; a block gives it back unless an answer has it."""

    def __init__(self, give_back: Callable[[], None]) -> None:
        self._give_back: Callable[[], None] | None = give_back
        self._lock = threading.Lock()
        self.is_answering = False

    def release(self) -> None:
        """Give the place back; once is enough, twice does no harm."""
        with self._lock:
            give_back, self._give_back = self._give_back, None
        if give_back is not None:
            give_back()

    def __enter__(self) -> Slot:
        return self

    def __exit__(self, *_error: object) -> None:
        if not self.is_answering:
            self.release()


def install(app: Flask, settings: Settings) -> None:
    """Give the application its slots."""
    app.extensions["download_slots"] = Slots(settings[knobs.DOWNLOADS])


def hold_slot() -> Slot:
    """Take one of the process's places for making and sending a file.

    Use it as a block around both, and hand it to `send_file`.

    Raises:
        Throttled: All places are taken.
    """
    slots: Slots = current_app.extensions["download_slots"]
    return slots.take()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Bytes within a file that are a file of their own."""

    offset: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A file's twin, packed with gzip, for those who take it; `sha256` is its own."""

    path: Path
    sha256: str


def send_file(
    path: Path,
    *,
    slot: Slot,
    name: str,
    media_type: str,
    sha256: str,
    headers: Mapping[str, str] | None = None,
    part: Part | None = None,
    tag: str = "",
    packed: Packed | None = None,
) -> Response:
    """Answer with a file; the slot is held until the last byte, or until they left.

    Ranges and conditions are honoured, by the hash as the file's tag.

    Args:
        name: What it is saved as; empty where it is to be shown, not saved.
        sha256: Of all that is sent without a range, in hex.
        part: Instead of the whole file.
        tag: Instead of the hash.
        packed: Sent instead to who takes it and asks for no range.

    Raises:
        Expired: The file is gone.
    """
    form = _form(path, sha256, tag or sha256, packed)
    file, size_bytes = _sized(_open(form.path), part)
    body = _Body(file, slot)
    response = Response(body, content_type=media_type)
    response.content_length = size_bytes
    response.set_etag(form.tag)
    if name:
        response.headers["Content-Disposition"] = disposition(name)
    response.headers.extend(_headers(form) | dict(headers or {}))
    _apply_conditions(response, body, form, size_bytes)
    slot.is_answering = True
    response.call_on_close(body.close)
    return response


@dataclass(frozen=True, slots=True)
class _Form:
    """Which file is sent, and what is told of it."""

    path: Path
    sha256: str
    tag: str
    is_packed: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


def _form(path: Path, sha256: str, tag: str, packed: Packed | None) -> _Form:
    if packed is None:
        return _Form(path, sha256, tag)
    headers = {"Vary": "Accept-Encoding"}
    accepted = request.headers.get("Accept-Encoding", "")
    if "Range" in request.headers or not takes_gzip(accepted):
        return _Form(path, sha256, tag, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return _Form(packed.path, packed.sha256, f"{tag}-gzip", True, headers)


def _apply_conditions(
    response: Response, body: _Body, form: _Form, size_bytes: int
) -> None:
    try:
        response.make_conditional(request, not form.is_packed, size_bytes)
    except BaseException:
        body.close()
        raise


def _headers(form: _Form) -> dict[str, str]:
    digest = base64.b64encode(bytes.fromhex(form.sha256)).decode()
    return {
        "Cache-Control": "private, no-cache",
        "X-Content-SHA256": form.sha256,
        "Repr-Digest": f"sha-256=:{digest}:",
        **form.headers,
    }


def _sized(file: BinaryIO, part: Part | None) -> tuple[_Readable, int]:
    if part is None:
        return file, os.fstat(file.fileno()).st_size
    return _Window(file, part), part.size_bytes


def disposition(name: str) -> str:
    """Return the header that makes a file of the answer, under any name.

    Old clients read an ASCII form, others the name itself.
    """
    # https://www.rfc-editor.org/rfc/rfc6266#section-5
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    options = {"filename": plain}
    if plain != name:
        options["filename*"] = f"UTF-8''{quote(name, safe='')}"
    return dump_options_header("attachment", options)


def caller_is_there() -> Callable[[], bool]:
    """Return a function that tells whether the caller's connection still stands.

    It always says yes under a server that does not show its connection (Granian).
    """
    shown = request.environ.get("gunicorn.socket") or request.environ.get(
        "werkzeug.socket"
    )
    if not isinstance(shown, socket.socket):
        return lambda: True
    return lambda: _stands(shown)


def _stands(connection: socket.socket) -> bool:
    try:
        flags = socket.MSG_PEEK | socket.MSG_DONTWAIT
        return connection.recv(1, flags) != b""
    except (BlockingIOError, InterruptedError):
        return True
    except ValueError:  # TLS does not let us look
        return True
    except OSError:
        return False


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise Expired(f"the file {path.name} is not kept any more") from None


class _Readable(Protocol):
    """What is read of a file."""

    @property
    def closed(self) -> bool: ...
    def read(self, size: int, /) -> bytes: ...
    def seek(self, place: int, /) -> int: ...
    def tell(self) -> int: ...
    def close(self) -> None: ...


class _Window:
    """A part of a file, read as if it were the whole."""

    def __init__(self, file: BinaryIO, part: Part) -> None:
        self._file = file
        self._part = part
        self.close = file.close
        self.seek(0)

    @property
    def closed(self) -> bool:
        """Tell whether the file is closed."""
        return self._file.closed

    def read(self, size: int) -> bytes:
        """Return at most so many bytes, and none behind the part."""
        return self._file.read(max(0, min(size, self._part.size_bytes - self.tell())))

    def seek(self, place: int) -> int:
        """Go on reading at a place of the part."""
        return self._file.seek(self._part.offset + place) - self._part.offset

    def tell(self) -> int:
        """Return the place in the part."""
        return self._file.tell() - self._part.offset


class _Body:
    """A file's pieces; closing it closes the file and gives the slot back."""

    def __init__(self, file: _Readable, slot: Slot) -> None:
        self.file = file
        self._slot = slot
        self.seek = file.seek
        self.tell = file.tell

    def seekable(self) -> bool:
        """Tell that a range need not be read up to."""
        return True

    def __iter__(self) -> _Body:
        return self

    def __next__(self) -> bytes:
        chunk = b"" if self.file.closed else self.file.read(CHUNK_BYTES)
        if not chunk:
            self.close()  # at once, whenever the server gets round to it
            raise StopIteration
        return chunk

    def close(self) -> None:
        """Close the file and give the slot back."""
        self.file.close()
        self._slot.release()
