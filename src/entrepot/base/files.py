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
            full_disk(path.parent),
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
def publish_path(path: Path) -> Iterator[Path]:
    """Give the name of an empty file that only we may read, for others to write.

    It becomes `path`, synced, when the block ends well; else nothing is left, but for
    a hidden `.part` where the process was killed, which the next try takes away.

    Raises:
        TooMuch: The disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with full_disk(path.parent):
            yield part
            sync(part)
            os.replace(part, path)
            sync(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """Turn a full disk, while the block writes to this folder, into `TooMuch`."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise TooMuch(
            f"the disk that holds {folder} is full",
            hint="free some space, or move ENTREPOT_HOME to a larger disk",
        ) from error
