"""Names made of patterns."""

from __future__ import annotations

import datetime as dt

from entrepot.exports.template.placeholders import (
    PLACEHOLDERS,
    Naming,
    unknown_placeholders,
)

NAMING = Naming(
    template="participants.standard",
    title="June",
    id="7f3c1b52a0",
    at=dt.datetime(2025, 11, 20, 10, 15, tzinfo=dt.UTC),
    batch=2,
    batches=22,
)


def test_placeholders_are_replaced():
    """A generated file name, and the sheet's."""
    name = NAMING.filled("{type}_{template}_{id8}_batch_{batch}_of_{batches}_{dmy}")
    sheet = NAMING.filled("{Type} {month} (Batch {batch})")

    assert name == "participants_standard_7f3c1b52_batch_2_of_22_20-11-2025"
    assert sheet == "Participants Nov 2025 (Batch 2)"


def test_every_placeholder_has_a_value():
    """What is listed is replaced; a title that looks like one is not read again."""
    listed = "|".join(f"{{{name}}}" for name in PLACEHOLDERS)
    odd = Naming(template="stock", title="{id8}", id="12345678", at=NAMING.at)

    assert NAMING.filled(listed) == (
        "participants|Participants|standard|June|June|7f3c1b52|"
        "2025-11-20|20-11-2025|101500|Nov 2025|2|22"
    )
    assert odd.filled("{type} {template} {title}") == "stock stock {id8}"


def test_other_braces_are_told():
    """So that a slip is found when the template is written."""
    assert unknown_placeholders("{type} {tpye} {}") == ["tpye", ""]
