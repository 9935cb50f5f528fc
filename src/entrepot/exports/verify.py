"""Tell whether a file is what an export once left, unchanged."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from entrepot.base.errors import Invalid, Missing
from entrepot.base.house import House
from entrepot.exports import receipts
from entrepot.exports.counting import count_rows
from entrepot.exports.errors import FileDiffers, UnknownFile
from entrepot.exports.receipts import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A file that is what its receipt says.

    Attributes:
        counted_rows: By another reader; None where counting is not cheap.
    """

    receipt: Receipt
    counted_rows: int | None


def verify_file(house: House, path: Path, receipt_path: Path | None = None) -> Verified:
    """Compare a file with the receipt of its hash, or with one from a file.

    Raises:
        Missing: There is no such file.
        UnknownFile: No receipt has the file's hash: it is not ours, or was changed.
        FileDiffers: It is not what the given receipt says.
    """
    sha256 = _hash(path)
    if receipt_path is None:
        receipt = _receipt_of(house, sha256, path)
    else:
        receipt = load_receipt(receipt_path)
        if receipt.sha256 != sha256:
            raise FileDiffers(
                f"{path} is not the file of the receipt {receipt.id}",
                sha256=sha256,
                expected=receipt.sha256,
            )
    counted = count_rows(path, receipt.format, receipt.options)
    if counted not in (None, receipt.rows):
        raise FileDiffers(f"{path} has {counted} rows, the receipt says {receipt.rows}")
    return Verified(receipt=receipt, counted_rows=counted)


def load_receipt(path: Path) -> Receipt:
    """Read a receipt that `entrepot exports show --json` or the API printed.

    Raises:
        Missing: There is no such file.
        Invalid: It holds no receipt.
    """
    try:
        document = msgspec.json.decode(path.read_bytes())
        inner = document.get("data", document) if isinstance(document, dict) else None
        seen = inner.get("receipt") if isinstance(inner, dict) else None
        return msgspec.convert(seen or inner, Receipt)
    except OSError as error:
        raise Missing(f"cannot read {path}: {error.strerror}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Invalid(
            f"{path} holds no receipt: {error}",
            hint="`entrepot exports show ID --json` prints one",
        ) from error


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Missing(f"cannot read {path}: {error.strerror}") from error


def _receipt_of(house: House, sha256: str, path: Path) -> Receipt:
    receipt = receipts.find_by_sha256(house.store, sha256)
    if receipt is None:
        raise UnknownFile(
            f"no receipt here has the hash of {path}",
            hint="it was changed, or exported elsewhere: give its receipt by --receipt",
            sha256=sha256,
        )
    return receipt
