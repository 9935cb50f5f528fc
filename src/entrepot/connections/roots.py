"""Which files people may register: those below the allowed folders."""

from __future__ import annotations

from pathlib import Path

from entrepot.base import ground_settings
from entrepot.base.errors import Denied, Invalid
from entrepot.base.settings import Settings
from entrepot.base.store import Store
from entrepot.connections import settings as knobs
from entrepot.connections.errors import OutsideRoots


def list_roots(settings: Settings) -> list[Path]:
    """Return the allowed folders, absolute and without symlinks."""
    named = [text for text in settings[knobs.ROOTS].split(":") if text.strip()]
    if named:
        return [Path(text.strip()).expanduser().resolve() for text in named]
    folders = (Path.cwd(), Path(settings[ground_settings.HOME]).resolve())
    # A service is often started in `/`; that must not open the whole machine.
    return [folder for folder in folders if folder != folder.parent]


def allowed_path(text: str, settings: Settings) -> Path:
    """Return a path as it is on the disk, if it lies below an allowed folder.

    `~`, `..` and symlinks are followed before the check, so that none leads outside.

    Raises:
        Invalid: The text is no path.
        OutsideRoots: It lies elsewhere.
        Denied: It is our own database, or a copy that we keep of it.
    """
    try:
        path = Path(text).expanduser().resolve()
    except (RuntimeError, OSError, ValueError) as error:
        raise Invalid(
            "the path cannot be followed", hint=type(error).__name__
        ) from None
    if not any(path.is_relative_to(root) for root in list_roots(settings)):
        raise OutsideRoots(
            f"{text} is outside the folders that {knobs.ROOTS.variable} allows",
            hint="move the file there, or add its folder to the setting",
        )
    if _is_ours(path, settings):
        raise Denied("this file is Entrepôt's own database")
    if _is_copy(path, settings):
        raise Denied("this file is a copy of Entrepôt's own database")
    return path


def _is_ours(path: Path, settings: Settings) -> bool:
    url = Store(settings).url
    if url.get_backend_name() != "sqlite" or not url.database:
        return False
    ours = Path(url.database).resolve()
    return path == ours or (path.exists() and ours.exists() and path.samefile(ours))


def _is_copy(path: Path, settings: Settings) -> bool:
    """Tell whether it is a backup, or what a restore or migration left beside ours."""
    home = Path(settings[ground_settings.HOME]).resolve()
    if path.is_relative_to(home / "backups"):
        return True
    url = Store(settings).url
    if url.get_backend_name() != "sqlite" or not url.database:
        return False
    ours = Path(url.database).resolve()
    return path.parent == ours.parent and path.name.startswith(f"{ours.name}.")
