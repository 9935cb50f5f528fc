"""A request is read as callers of many ages write it, and as strictly as it can be."""

from __future__ import annotations

import pytest

from entrepot.base.errors import EntrepotError, Invalid, UnknownName
from entrepot.exports.wanted import Filter, Sort, SortKey
from entrepot.exports.ybb.asked import (
    Asked,
    AskedOptions,
    chosen_format,
    chunk_rows,
    operations,
    read_asked,
)

COLUMNS = ("id", "full_name", "amount")


def test_what_is_left_out_has_its_default():
    """PHP's nulls and its empty arrays say nothing."""
    said = {"template": None, "filters": [], "options": [], "filename": None}

    assert read_asked(said) == (Asked(), [])


def test_texts_of_forms_are_understood():
    """A form sends numbers and yes or no as texts."""
    asked, _ = read_asked(
        {
            "chunk_size": "2000",
            "force_chunking": "true",
            "async": "false",
            "options": {"sort_by": "id", "batch_size": None},
        }
    )

    assert asked == Asked(
        chunk_size=2000,
        force_chunking=True,
        is_async=False,
        options=AskedOptions(sort_by="id"),
    )


def test_what_nobody_knows_is_left_aside_and_said():
    """A word in the wrong place is not lost in silence."""
    asked, warnings = read_asked({"templat": "detailed", "data": [], "user": 7})

    assert asked == Asked()
    assert warnings == [
        "'templat' is no member of this request and was left aside; "
        "did you mean 'template'?",
        "'user' is no member of this request and was left aside",
    ]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"chunk_size": 0}, "chunk_size"),
        ({"chunk_size": "many"}, "chunk_size"),
        ({"filters": [1]}, "filters"),
        ({"async": "soon"}, "async"),
        ({"response_mode": "stream"}, "response_mode"),
        ({"options": {"batch_size": -1}}, "options.batch_size"),
        ({"template": 7}, "template"),
    ],
)
def test_what_cannot_be_is_refused_by_name(said, field):
    """The member is named."""
    with pytest.raises(Invalid) as caught:
        read_asked(said)

    assert caught.value.facts == {"field": field}
    assert caught.value.detail.startswith(f"{field}: ")


def test_a_format_is_one_of_three():
    """Both names of Excel are good, in any case."""
    said = ("excel", "XLSX", "csv", "json")

    formats = [chosen_format(read_asked({"format": f})[0]) for f in said]

    assert formats == ["xlsx", "xlsx", "csv", "json"]
    with pytest.raises(UnknownName, match="no format named 'pdf'"):
        read_asked({"format": "pdf"})


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        (Asked(), 2000),
        (Asked(chunk_size=1), 1),
        (Asked(batch_size=700), 700),
        (Asked(options=AskedOptions(batch_size=5)), 5),
        (Asked(chunk_size=30_000), 25_000),
    ],
)
def test_a_chunk_has_as_many_records_as_are_wished(asked, rows):
    """Down to one, up to what the document allows."""
    assert chunk_rows(asked, 2000) == rows


def test_without_a_wish_and_a_template_s_own_size_a_chunk_has_ten_thousand():
    """As the document says."""
    assert chunk_rows(Asked(), None) == 10_000


def test_filters_and_order_are_operations():
    """One value, several, or comparisons; what is empty keeps all rows."""
    asked = Asked(
        filters={
            "id": [1, 2],
            "full_name": "Ana",
            "amount": {"gte": 5, "lt": 9, "max": None},
            "unknown": "",
        },
        options=AskedOptions(sort_by="amount", sort_order="DESC"),
    )

    assert operations(asked, COLUMNS) == [
        Filter(column="id", operator="in", value=[1, 2]),
        Filter(column="full_name", operator="eq", value="Ana"),
        Filter(column="amount", operator="ge", value=5),
        Filter(column="amount", operator="lt", value=9),
        Sort(by=[SortKey(column="amount", order="desc")]),
    ]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(filters={"nope": 1}), "column for filters named 'nope'"),
        (Asked(filters={"id": {"like": 1}}), "comparison of id named 'like'"),
        (Asked(filters={"id": [[1]]}), "filters.id"),
        (
            Asked(options=AskedOptions(sort_by="id; DROP TABLE x")),
            "column for options.sort_by named 'id; DROP TABLE x'",
        ),
        (
            Asked(options=AskedOptions(sort_by="id", sort_order="up")),
            "it is asc or desc",
        ),
    ],
)
def test_what_no_record_has_is_refused(asked, said):
    """A filter that cannot be applied is never told of as applied."""
    with pytest.raises(EntrepotError, match=said):
        operations(asked, COLUMNS)
