"""Where the CSN of a product comes from: its database, or a file of ours."""

from __future__ import annotations

import functools
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.connections import KnowsCsn, open_database
from entrepot.dataproducts.errors import CsnNotFound
from entrepot.dataproducts.sap.csn import Csn, load_document, parse_csn
from entrepot.dataproducts.sap.files import find_file, read_file
from entrepot.dataproducts.sap.names import parse_schema
from entrepot.dataproducts.settings import CSN_FOLDER, CSN_SECONDS
from entrepot.dataproducts.spec import Product

LOCAL_FILE = "local_file"
KEPT_CHARACTERS = 64 * 2**20
"""Of all CSNs that a process keeps together."""


@dataclass(frozen=True, kw_only=True)  # without slots, which hold nothing cached
class FoundCsn:
    """The text of a CSN; its source is a kind of database, or `local_file`."""

    source: str
    text: str = field(repr=False)

    def document(self) -> dict[str, object]:
        """Return the whole of it; raises `CsnUnreadable`."""
        return load_document(self.text)

    @functools.cached_property
    def csn(self) -> Csn:
        """What it says, in the language of our pages; raises `CsnUnreadable`."""
        return parse_csn(self.document())


def find_csn(
    house: House, product: Product, *, refresh: bool = False
) -> FoundCsn | None:
    """Return the CSN of a product; None where none is known.

    Databases are asked for SAP's data products only. What is found, and that nothing
    is, holds for a while.

    Args:
        refresh: Read it anew.

    Raises:
        EntrepotError: The database fails, or the file cannot be read.
    """
    if not (house.settings[CSN_FOLDER] or parse_schema(product.schema)):
        return None
    kept = house.shelf.get("dataproducts_csn", _Kept)
    seconds = 0.0 if refresh else house.settings[CSN_SECONDS]
    return kept.get(product.address, seconds, lambda: _read(house, product))


def get_csn(house: House, product: Product, *, refresh: bool = False) -> FoundCsn:
    """Return the CSN of a product.

    Raises:
        CsnNotFound: None is known.
        EntrepotError: As `find_csn`.
    """
    found = find_csn(house, product, refresh=refresh)
    if found is None:
        raise CsnNotFound(
            f"no CSN is known of {product.display_name!r}",
            hint="let the connection's user read the gateway's table of CSNs, or put "
            f"the file into the folder that {CSN_FOLDER.variable} names",
            ord_id=product.ord_id,
        )
    return found


def try_csn(house: House, product: Product, *, refresh: bool = False) -> Csn | None:
    """Return what the CSN of a product says; None where it cannot be had now."""
    try:
        found = find_csn(house, product, refresh=refresh)
        return found.csn if found else None
    except EntrepotError:
        return None  # a page of the tables is worth showing without it


def _read(house: House, product: Product) -> FoundCsn | None:
    database = open_database(house, product.connection)
    text = None
    if parse_schema(product.schema) and isinstance(database, KnowsCsn):
        text = database.csn(product.schema)
    if text:
        return FoundCsn(source=product.dialect, text=text)
    path = find_file(house.settings[CSN_FOLDER], product.schema)
    return FoundCsn(source=LOCAL_FILE, text=read_file(path)) if path else None


@dataclass(frozen=True, slots=True)
class _Read:
    at: float
    csn: FoundCsn | None

    @property
    def characters(self) -> int:
        return len(self.csn.text) if self.csn else 0


class _Kept:
    """The CSNs that this process has read, by address; those read first leave first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: OrderedDict[str, _Read] = OrderedDict()

    def get(
        self, address: str, seconds: float, read: Callable[[], FoundCsn | None]
    ) -> FoundCsn | None:
        """Return what was read in the last seconds, or what is read now."""
        found = self._read.get(address)
        if found is None or time.monotonic() - found.at >= seconds:
            found = _Read(time.monotonic(), read())
            self._keep(address, found)
        return found.csn

    def _keep(self, address: str, found: _Read) -> None:
        with self._lock:
            self._read.pop(address, None)
            self._read[address] = found
            while sum(r.characters for r in self._read.values()) > KEPT_CHARACTERS:
                self._read.popitem(last=False)

    def close(self) -> None:
        """Forget them."""
        self._read.clear()
