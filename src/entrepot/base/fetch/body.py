"""The body of an answer, as large as it may be and no larger, packed or not."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from entrepot.base.errors import Refused, TooMuch

STEP_BYTES = 64 * 1024
WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS}
"""How zlib is told which packing it has to undo."""


def read_body(
    chunks: Iterable[bytes], encoding: str, limit_bytes: int
) -> Iterator[bytes]:
    """Yield the body unpacked; what comes packed counts as well.

    Raises:
        TooMuch: It is larger than the limit, before or after unpacking.
        Refused: It is packed in a way nobody asked for, or is damaged.
    """
    packed = _limited(chunks, limit_bytes)
    if encoding in ("", "identity"):
        return packed
    if encoding not in WINDOWS:
        raise Refused(f"the answer is packed as {encoding[:40]!r}, which was not asked")
    return _limited(_unpacked(packed, WINDOWS[encoding]), limit_bytes)


def _limited(chunks: Iterable[bytes], limit_bytes: int) -> Iterator[bytes]:
    so_far = 0
    for chunk in chunks:
        so_far += len(chunk)
        if so_far > limit_bytes:
            raise TooMuch(
                f"the answer is larger than {limit_bytes:,} bytes",
                limit_bytes=limit_bytes,
            )
        yield chunk


def _unpacked(chunks: Iterable[bytes], window: int) -> Iterator[bytes]:
    """Yield what is inside, at most `STEP_BYTES` at once: a few bytes may be a lot."""
    unpacker, is_empty = zlib.decompressobj(window), True
    for chunk in chunks:
        rest, is_empty = chunk, False
        while rest and not unpacker.eof:
            try:
                yield unpacker.decompress(rest, STEP_BYTES)
            except zlib.error as error:
                raise Refused(f"the answer is damaged: {error}") from None
            rest = unpacker.unconsumed_tail
    if not (unpacker.eof or is_empty):  # to HEAD there is no body, packed or not
        raise Refused("the answer ends in the middle")
