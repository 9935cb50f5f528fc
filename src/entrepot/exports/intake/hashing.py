"""The hash of a file that was sent."""

from __future__ import annotations

import hashlib
from typing import BinaryIO


def sha256_of(file: BinaryIO) -> str:
    """Return the hash of a file, which is at its beginning again then."""
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()
