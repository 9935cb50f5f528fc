"""Which number formats Excel takes."""

from __future__ import annotations

import pytest

from entrepot.exports.template.locales import in_language
from entrepot.exports.template.number_formats import is_number_format


@pytest.mark.parametrize(
    "code",
    [
        "", "0", "#,##0.00", "yyyy-mm-dd", "yyyy\\-mm\\-dd\\ hh:mm:ss", "0.00E+00",
        "[Red]-0;[>=100]0", '0.0 "pieces"', "[$-407]d. mmmm yyyy", "# ?/?", "[h]:mm",
        '#,##0 "€";-#,##0 "€";"-";@', "h:mm AM/PM", "General", "_(* #,##0_)", "0%",
    ],
)  # fmt: skip
def test_a_format_of_excels_is_taken(code):
    """Numbers, days, sections, colours, texts."""
    assert is_number_format(code)


@pytest.mark.parametrize(
    "code", ["pieces", "0 kg", '0 "open', "[Red", "0;0;0;0;0", "0\n", "{0:.2f} x", "\\"]
)
def test_another_is_not(code):
    """Excel would call the whole file damaged."""
    assert not is_number_format(code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("d. mmmm yyyy", "[$-407]d. mmmm yyyy"),
        ("ddd", "[$-407]ddd"),
        ("dd.mm.yyyy", "dd.mm.yyyy"),
        ("[$-40C]mmm", "[$-40C]mmm"),
        ('0 "mmm"', '0 "mmm"'),
        ("", ""),
    ],
)
def test_months_and_days_are_named_in_the_language(code, expected):
    """Only where a format names any, and says no language itself."""
    assert in_language(code, "de-DE") == expected
    assert is_number_format(expected)
