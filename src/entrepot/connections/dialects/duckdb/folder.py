"""Files of Parquet, CSV or JSON as one DuckDB file, made when they have changed."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from uuid import uuid4

import duckdb

from entrepot.base.errors import Refused
from entrepot.connections.spec import Target

READERS = {
    ".parquet": "SELECT * FROM read_parquet(?)",
    ".csv": "SELECT * FROM read_csv(?, sample_size = -1, allow_quoted_nulls = false)",
    ".json": "SELECT * FROM read_json(?, sample_size = -1)",
}
READERS[".tsv"] = READERS[".csv"]
READERS[".ndjson"] = READERS[".jsonl"] = READERS[".json"]
"""By ending; all rows decide the types, so that no later row breaks them."""


def as_file(path: Path, target: Target) -> Path:
    """Return the DuckDB file to read: the path itself, or what was made of it.

    Raises:
        OSError: The path is not there.
        Refused: A folder without files of these kinds.
    """
    if path.is_dir():
        files = sorted(f for f in path.iterdir() if _is_ours(f, path))
        if not files:
            raise Refused(
                f"{target.name!r} is a folder without tables",
                hint=f"it needs files that end in {', '.join(sorted(READERS))}",
            )
        return _made(path, files, target)
    path.stat()
    return _made(path, [path], target) if path.suffix.lower() in READERS else path


def is_made(path: Path) -> bool:
    """Tell whether the path's tables are made of other files than DuckDB's."""
    return path.is_dir() or path.suffix.lower() in READERS


def mark_of(path: Path) -> str | None:
    """Return a text that differs whenever a file was written; None if none is there."""
    if path.is_dir():
        files = sorted(f for f in path.iterdir() if _is_ours(f, path))
    else:
        files = [path, path.with_name(f"{path.name}.wal")]
    facts = [(f.name, _fact(f)) for f in files if f.exists()]
    if not facts:
        return None
    return "files:" + hashlib.sha256(repr(facts).encode()).hexdigest()


def _fact(file: Path) -> tuple[int, ...]:
    found = file.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def cache_folder(target: Target) -> Path:
    """Return a folder that only we may enter.

    Raises:
        Refused: The folder belongs to somebody else.
    """
    if target.cache_folder:
        folder = Path(target.cache_folder) / "duckdb"
    else:
        folder = Path(tempfile.gettempdir()) / f"entrepot-{os.getuid()}-duckdb"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise Refused(f"{folder} is not ours to keep files in")
    return folder


def _is_ours(file: Path, folder: Path) -> bool:
    # A link out of the folder would open what its registration did not allow.
    inside = file.resolve().is_relative_to(folder.resolve())
    return inside and file.is_file() and file.suffix.lower() in READERS


def _made(path: Path, files: list[Path], target: Target) -> Path:
    place = hashlib.sha256(bytes(path.resolve())).hexdigest()[:24]
    facts = [(f.name, f.stat().st_size, f.stat().st_mtime_ns) for f in files]
    state = hashlib.sha256(repr((duckdb.__version__, facts)).encode()).hexdigest()[:24]
    folder = cache_folder(target)
    made = folder / f"{place}-{state}.duckdb"
    if not made.exists():
        unfinished = folder / f"{place}-{uuid4().hex}.part"
        try:
            _load(unfinished, files)
            for old in folder.glob(f"{place}-*.duckdb"):
                old.unlink(missing_ok=True)
            unfinished.replace(made)
        finally:
            unfinished.unlink(missing_ok=True)
    return made


def _load(made: Path, files: list[Path]) -> None:
    """Load each file as a table; this connection is trusted and runs only our SQL."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "1GB",
        "threads": "2",
        "temp_directory": f"{made}.spill",
        "autoinstall_known_extensions": "false",
    }
    with duckdb.connect(str(made), config=config) as connection:
        for file, name in zip(files, _table_names(files), strict=True):
            # A pattern's signs in a file's name stand for themselves in brackets.
            literal = re.sub(r"([*?\[])", r"[\1]", str(file))
            rows = connection.sql(READERS[file.suffix.lower()], params=[literal])
            rows.create(name)


def _table_names(files: list[Path]) -> list[str]:
    stems = [file.stem.lower() for file in files]
    return [f.stem if stems.count(f.stem.lower()) == 1 else f.name for f in files]
