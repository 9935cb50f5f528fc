"""CSN files in a folder of ours, by the names that SAP gives them."""

from __future__ import annotations

import re
from pathlib import Path

from entrepot.base.errors import Unavailable
from entrepot.dataproducts.errors import CsnUnreadable
from entrepot.dataproducts.sap.csn import LARGEST_BYTES
from entrepot.dataproducts.sap.names import parse_schema

_NAME = re.compile(r"(?P<stem>.+?)(?P<language>\.[a-z]{2}(-complete)?)?\.json", re.I)


def list_files(folder: str) -> list[Path]:
    """Return the CSN files of a folder, sorted; none where no folder is named.

    Raises:
        Unavailable: The folder cannot be read.
    """
    if not folder:
        return []
    try:
        found = [path for path in Path(folder).expanduser().iterdir()]
    except OSError as error:
        raise Unavailable(
            "the folder of CSN files cannot be read", hint=type(error).__name__
        ) from error
    return sorted(path for path in found if _NAME.fullmatch(path.name))


def find_file(folder: str, schema: str) -> Path | None:
    """Return the file that belongs to a schema; None where there is none.

    It is called after the product, as in `sap-s4com-Supplier-v1.en.json` or
    `….en-complete.json`, or after the schema. No part of a path is made of the name.
    """
    stems = {schema.lower()}
    product = parse_schema(schema)
    if product:
        namespace = product.namespace.replace(".", "-")
        stems.add(f"{namespace}-{product.name}-{product.version}".lower())
    fitting = [path for path in list_files(folder) if _stem(path) in stems]
    return max(fitting, key=lambda path: "-complete." in path.name, default=None)


def read_file(path: Path) -> str:
    """Return a file's text.

    Raises:
        CsnUnreadable: It is too large, no text, or cannot be opened.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise CsnUnreadable(f"the CSN is larger than {LARGEST_BYTES >> 20} MB")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise CsnUnreadable(
            f"the file {path.name} cannot be read", hint=type(error).__name__
        ) from error


def _stem(path: Path) -> str:
    found = _NAME.fullmatch(path.name)
    return found["stem"].lower() if found else ""
