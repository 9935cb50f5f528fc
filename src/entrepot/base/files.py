"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from entrepot.base.errors import TooMuch


@contextmanager
def publish(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write; it gets its name, synced, when the block ends well.

    When the block fails nothing is left, neither under the name nor beside it.

    Raises:
        TooMuch: The disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with (
            _full_disk(path.parent),
            os.fdopen(handle, "w+b", buffering=1 << 20) as file,
        ):
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise


@contextmanager
def _full_disk(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise TooMuch(
            f"the disk that holds {folder} is full",
            hint="free some space, or move ENTREPOT_HOME to a larger disk",
        ) from error
