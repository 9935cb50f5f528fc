"""A file that somebody sends."""

from __future__ import annotations

from pathlib import PurePosixPath

from entrepot.base.errors import Invalid
from entrepot.base.settings import Settings
from entrepot.feeds.engines.taking import PIECE_BYTES, Facts, take
from entrepot.feeds.spec import Fetched, Fetching


class UploadSource:
    name = "upload"
    label = "Upload"
    summary = "A file that is sent along with the request."
    needs_address = False

    def check(self, address: str, settings: Settings) -> None:
        """Look at nothing: the address is only the file's name."""

    def fetch(self, asked: Fetching) -> Fetched:
        """Write what is sent to a file; the address is its name."""
        stream = asked.stream
        if stream is None:
            raise Invalid("no file was sent")
        name = PurePosixPath(asked.address.replace("\\", "/")).name
        pieces = iter(lambda: stream.read(PIECE_BYTES), b"")
        return take(pieces, asked, Facts(name=name[-200:]))


SOURCE = UploadSource()
