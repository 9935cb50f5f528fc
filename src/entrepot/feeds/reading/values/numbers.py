"""Numbers as people write them: 1.234,50 and 1'234.50 and 12,90 €."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from entrepot.feeds.reading.work import Fault

if TYPE_CHECKING:
    import pyarrow as pa

SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "zł": "PLN", "₹": "INR"}
BLANKS = r"[\s\x{00a0}\x{202f}]"
_CURRENCY = r"(?:[€$£¥₹]|zł|[A-Z]{3})"
_PLAIN = r"^[+-]?[0-9]+(?:\.[0-9]+)?$"
_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d*)?[eE][+-]?\d{1,4}", re.ASCII)
PLACES = 2
DIGITS = 12
MOST_INTEGER = 2**31 - 1

NO_NUMBER = Fault("not-a-number", "is not a number")
NEGATIVE = Fault("negative", "is below 0")
TOO_LARGE = Fault("too-large", "is larger than can be kept")
TOO_FINE = Fault(
    "too-fine",
    "has more than two places after the decimal sign",
    "amounts are kept exactly, so they are not rounded unless a rule says so",
)
NOT_WHOLE = Fault("not-whole", "is not a whole number")


def plain_numbers(texts: pa.Array, decimal_sign: str) -> pa.Array:
    """Return numbers as `-1234.5`, NULL for what is none; texts are trimmed.

    Signs between thousands and a currency before or behind are left out.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    none = pa.scalar(None, pa.string())
    if decimal_sign == ".":
        is_plain = pc.match_substring_regex(texts, _PLAIN)
        if pc.all(is_plain, min_count=0).as_py():
            return texts
    bare = pc.replace_substring_regex(
        texts, f"^{_CURRENCY}{BLANKS}*|{BLANKS}*{_CURRENCY}$", ""
    )
    groups = "," if decimal_sign == "." else r"\."
    point = re.escape(decimal_sign)
    digits = rf"(?:[0-9]+|[0-9]{{1,3}}(?:(?:{groups}|'|{BLANKS})[0-9]{{3}})+)"
    is_number = pc.match_substring_regex(
        bare, rf"^[+-]?(?:{digits}(?:{point}[0-9]*)?|{point}[0-9]+)$"
    )
    bare = pc.if_else(is_number, bare, none)
    bare = pc.replace_substring_regex(bare, rf"{groups}|'|{BLANKS}", "")
    bare = (
        pc.replace_substring(bare, decimal_sign, ".") if decimal_sign != "." else bare
    )
    bare = pc.replace_substring_regex(bare, r"^([+-]?)\.", r"\g10.".replace("g", ""))
    return pc.replace_substring_regex(bare, r"\.$", "")


def currencies_in(texts: pa.Array) -> pa.Array:
    """Return the currency that each amount brings along, as three letters."""
    import pyarrow as pa
    import pyarrow.compute as pc

    pattern = "(?:^|[^A-Za-z])(?P<code>[A-Z]{3}|[€$£¥₹]|zł)(?:$|[^A-Za-z])"
    found = pc.struct_field(pc.extract_regex(texts, pattern), "code")
    for symbol, code in SYMBOLS.items():
        found = pc.if_else(pc.equal(found, symbol), pa.scalar(code), found)
    return found


def amounts(plain: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return plain numbers as decimals, and a mask of those that do not fit."""
    import pyarrow as pa
    import pyarrow.compute as pc

    exact = pc.replace_substring_regex(plain, r"^\+|(\.[0-9]{2})0+$", r"\1")
    fits = pc.match_substring_regex(exact, r"^-?0*[0-9]{1,10}(?:\.[0-9]{1,2})?$")
    taken = pc.if_else(fits, exact, pa.scalar(None, pa.string()))
    return taken.cast(pa.decimal128(DIGITS, PLACES)), pc.invert(fits)


def read_amount(text: str) -> Decimal | Fault:
    """Return an amount from text that is not written plainly, or why it is none."""
    number = _scientific(text)
    if isinstance(number, Fault):
        return number
    if number < 0:
        return NEGATIVE
    if number >= 10 ** (DIGITS - PLACES):
        return TOO_LARGE
    exact = number.quantize(Decimal("0.01"))
    return exact if exact == number else TOO_FINE


def read_double(text: str) -> float | Fault:
    """Return a number from text that is not written plainly, or why it is none."""
    number = _scientific(text)
    if isinstance(number, Fault):
        return number
    return TOO_LARGE if abs(number) > Decimal(10) ** 15 else float(number)


def read_integer(text: str) -> int | Fault:
    """Return a whole number from text that is not just digits, or why it is none."""
    number = _scientific(text)
    if isinstance(number, Fault):
        return number
    if abs(number) > MOST_INTEGER:
        return TOO_LARGE
    return int(number) if number == int(number) else NOT_WHOLE


def _scientific(text: str) -> Decimal | Fault:
    if not re.fullmatch(r"[+-]?\d+(\.\d*)?", text, re.ASCII) and (
        not _SCIENTIFIC.fullmatch(text)
    ):
        return NO_NUMBER
    try:
        number = Decimal(text)
    except InvalidOperation:
        return NO_NUMBER
    return TOO_LARGE if number.adjusted() > 30 else number
