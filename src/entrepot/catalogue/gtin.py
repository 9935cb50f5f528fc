"""GTINs: the numbers below barcodes, of 8, 12, 13 or 14 digits."""

from __future__ import annotations

LENGTHS = (8, 12, 13, 14)


def check_digit(digits: str) -> str:
    """Return the digit that has to follow these.

    Weights 3 and 1 in turn, from the right.
    """
    # https://www.gs1.org/services/how-calculate-check-digit-manually
    total = sum(
        int(digit) * (3 if place % 2 == 0 else 1)
        for place, digit in enumerate(reversed(digits))
    )
    return str(-total % 10)


def is_gtin(text: str) -> bool:
    """Tell whether it is a GTIN-8, -12 (UPC), -13 (EAN) or -14 with its right digit."""
    is_number = text.isascii() and text.isdigit() and len(text) in LENGTHS
    return is_number and check_digit(text[:-1]) == text[-1]
