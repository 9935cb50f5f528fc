"""The templates that come with the program."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from entrepot.base.rows import RowStream
from entrepot.exports.template.planning import column_plans
from entrepot.exports.template.reading import check_template
from entrepot.exports.template.shape import shaped
from entrepot.exports.template.shipped import shipped_names, shipped_template

SIZES = {
    "ambassadors.detailed": (14, 15_000, 5_000),
    "ambassadors.standard": (8, 25_000, 10_000),
    "participants.complete": (39, 5_000, 2_000),
    "participants.detailed": (18, 10_000, 3_000),
    "participants.standard": (10, 15_000, 5_000),
    "participants.summary": (5, 50_000, None),
    "payments.detailed": (25, 15_000, 5_000),
    "payments.standard": (12, 20_000, 8_000),
}
"""Columns, most records in one file, records in each where there are more."""


OF_CATALOGUE = ("google-merchant", "products", "shopify")
"""Those of products, whose columns are tried where their rows come from."""


def test_there_are_eight_and_three():
    """Of participants, payments and ambassadors; and of products."""
    assert shipped_names() == tuple(sorted([*SIZES, *OF_CATALOGUE]))


@pytest.mark.parametrize(("name", "sizes"), SIZES.items())
def test_a_template_has_the_columns_and_limits_of_its_document(name, sizes):
    """Every header is there once: none is lost to another."""
    template = shipped_template(name)
    headers = [column.header for column in template.sheets[0].columns]

    assert template.name == name
    assert (
        len(set(headers)),
        template.limits.max_records_single_file,
        template.limits.recommended_chunk_size,
    ) == sizes
    assert len(headers) == len(set(headers))


def rows(name, **record):
    """Return what a shipped template makes of a record."""
    template = shipped_template(name)
    batch = pa.record_batch({key: [value] for key, value in record.items()})
    stream = RowStream(batch.schema, iter([batch]))
    columns = column_plans(template, template.sheets[0])
    (shape,) = shaped(stream, columns).batches
    return shape.to_pylist()[0]


def test_a_payment_keeps_its_code_and_its_label():
    """Also where the caller sends only the code; the method is mapped."""
    found = rows(
        "payments.detailed",
        id="9007199254740993123",
        status="2",
        payment_method=1,
        amount="-1250.50",
        usd_amount=None,
        payment_date="2025-11-20T10:15:30",
    )

    told = ("Payment ID", "Status Code", "Status", "Payment Method", "Amount")
    assert [found[header] for header in told] == [
        "9007199254740993123", "2", "Success", "Midtrans", Decimal("-1250.50"),
    ]  # fmt: skip
    assert found["USD Amount"] is None
    assert found["Notes"] == "N/A"
    assert found["Payment Date"] == dt.datetime(2025, 11, 20, 10, 15, 30)  # noqa: DTZ001
    assert found["Created At"] is None


def test_a_participant_loses_nothing():
    """Telephone, both codes of the country, yes and no, category."""
    found = rows(
        "participants.complete",
        id=7,
        phone_number="+6281234",
        nationality_code="ID",
        country_code="062",
        category="fully_funded",
        is_active=1,
        is_deleted=False,
        birthdate="31/12/1999",
    )

    assert {k: v for k, v in found.items() if v not in ("N/A", None)} == {
        "ID": 7,
        "Phone Number": "+6281234",
        "Nationality Code": "ID",
        "Country Code": "062",
        "Category": "Fully Funded",
        "Active": "Yes",
        "Deleted": "No",
        "Birth Date": dt.date(1999, 12, 31),
    }


@pytest.mark.parametrize("code", [2, "2"])
def test_form_and_payment_status_are_mapped(code):
    """By number and by text."""
    found = rows("participants.standard", form_status=code, payment_status=code)

    assert (found["Form Status"], found["Payment Status"]) == ("Submitted", "Success")


def test_the_template_of_the_guide_is_one():
    """What people copy from the documentation has no mistakes."""
    guide = Path(__file__).parents[3] / "docs" / "how-to" / "write-a-template.md"
    (text,) = re.findall(r"```toml\n(.*?)```", guide.read_text(), re.DOTALL)

    assert check_template(text).mistakes == []
