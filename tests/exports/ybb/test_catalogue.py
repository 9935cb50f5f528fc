"""The catalogue shows every template with its columns, limits and words for codes."""

from __future__ import annotations

import pytest

from entrepot.exports.errors import UnknownTemplate
from entrepot.exports.ybb.catalogue import (
    TemplateEntry,
    list_mappings,
    list_templates,
    template_of,
    templates_of,
)


def test_there_are_eight_templates_of_three_kinds():
    """Each with its columns and limits."""
    found = list_templates()

    assert {kind: list(templates) for kind, templates in found.items()} == {
        "participants": ["complete", "detailed", "standard", "summary"],
        "payments": ["detailed", "standard"],
        "ambassadors": ["detailed", "standard"],
    }
    assert found["participants"]["summary"] == TemplateEntry(
        fields=("full_name", "email", "nationality", "category", "form_status"),
        headers=("Name", "Email", "Country", "Category", "Status"),
        max_records_single_file=50_000,
        recommended_chunk_size=None,
        field_count=5,
        description=template_of("participants", "summary").description,
    )


@pytest.mark.parametrize(
    ("kind", "name"), [("participants", "nope"), ("payments", "complete"), ("x", "y")]
)
def test_another_template_is_not_there(kind, name):
    """Those that are stand in the error."""
    assert template_of("participants", "complete")
    with pytest.raises(UnknownTemplate, match=f"named '{name}'"):
        template_of(kind, name)


def test_another_kind_is_not_there():
    """The three are named."""
    with pytest.raises(UnknownTemplate) as caught:
        templates_of("judges")

    assert caught.value.facts["known"] == ["ambassadors", "participants", "payments"]


def test_words_for_codes_are_those_of_the_document():
    """Taken from the templates, so that both say the same."""
    assert list_mappings() == {
        "form_status": {"0": "Not Started", "1": "In Progress", "2": "Submitted"},
        "payment_status": {
            "0": "Created",
            "1": "Pending",
            "2": "Success",
            "3": "Cancelled",
            "4": "Rejected",
        },
        "payment_method": {"1": "Midtrans", "2": "Manual Transfer"},
        "category": {"fully_funded": "Fully Funded", "self_funded": "Self Funded"},
        "boolean_status": {"0": "No", "1": "Yes"},
        "transformations": {
            "date": "%Y-%m-%d",
            "datetime": "%Y-%m-%d %H:%M:%S",
            "currency": "{:,.2f}",
            "boolean": "Yes/No",
            "null": "N/A",
        },
    }
