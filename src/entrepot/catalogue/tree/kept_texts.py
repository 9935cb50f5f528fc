"""Files of trees between the look at what they would do and the doing."""

from __future__ import annotations

import hashlib
import re
import time
from pathlib import Path

from entrepot.base.errors import Expired
from entrepot.base.files import publish
from entrepot.base.house import House

KEPT_SECONDS = 24 * 3600
_NAME = re.compile(r"[0-9a-f]{64}")


def keep_text(house: House, text: str) -> str:
    """Keep a text for a day; return what it is called."""
    folder = _folder(house)
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    content = text.encode()
    name = hashlib.sha256(content).hexdigest()
    with publish(folder / name) as file:
        file.write(content)
    return name


def read_text(house: House, name: str) -> str:
    """Return a text that was kept.

    Raises:
        Expired: It is not kept any more, or not on this server.
    """
    path = _folder(house) / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise Expired("the file is not kept any more", hint="choose it once more")
    return path.read_text(encoding="utf-8")


def _folder(house: House) -> Path:
    return house.home / "catalogue" / "trees"


def _sweep(folder: Path) -> None:
    oldest = time.time() - KEPT_SECONDS
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
