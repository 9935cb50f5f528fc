"""The files that give settings their values, each as texts by key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from entrepot.base.errors import Invalid


def dotenv(path: Path) -> dict[str, str]:
    """Return the variables of a `.env` file; `$` in a value stands for itself.

    Raises:
        Invalid: The file cannot be read.
    """
    from dotenv import dotenv_values

    try:
        found = dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    return {key: text for key, text in found.items() if text is not None}


def secret_files(folder: Path) -> dict[str, str]:
    """Return each file's content by its name, as Kubernetes and Docker mount them.

    Raises:
        Invalid: A file cannot be read.
    """
    if not folder.is_dir():
        return {}
    paths = [p for p in sorted(folder.iterdir()) if p.name[0] != "." and p.is_file()]
    return {path.name: text_of(path).strip() for path in paths}


def properties(path: Path) -> dict[str, str]:
    """Return the pairs of a properties file; lines with `#` or `!` are comments.

    Raises:
        Invalid: The file cannot be read.
    """
    return dict(_pairs(text_of(path))) if path.is_file() else {}


def config_json(path: Path) -> dict[str, str]:
    """Return the values of a JSON object; a list of texts is joined by commas.

    Raises:
        Invalid: The file cannot be read, or is not one JSON object of plain values.
    """
    if not path.is_file():
        return {}
    try:
        document = json.loads(text_of(path))
    except ValueError as error:
        raise Invalid(f"{path} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise Invalid(f"{path} must hold one JSON object")
    return {key: _text(value) for key, value in document.items()}


def text_of(path: Path) -> str:
    """Return a file's text.

    Raises:
        Invalid: The file cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError | UnicodeDecodeError) -> Invalid:
    # A decoding error would show bytes of what may be a secret.
    why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
    return Invalid(f"cannot read {path}: {why}")


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.lstrip().startswith(("#", "!")):
            yield key.strip(), value.strip()


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    return value if isinstance(value, str) else json.dumps(value)
