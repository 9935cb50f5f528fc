"""The OpenAPI document as chapters."""

import pytest

from entrepot.web.reference import read_reference, type_words


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"$ref": "#/components/schemas/Product"}, "Product"),
        ({"type": "array", "items": {"$ref": "#/x/Table"}}, "list of Table"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string"),
        ({"enum": ["none", "exact"]}, "none or exact"),
        ({"type": "integer", "minimum": 1, "maximum": 1000}, "integer, 1 to 1,000"),
        ({}, "any"),
    ],
)
def test_types_are_said_in_words(schema, words):
    """As a reader of the page would say them."""
    assert type_words(schema) == words


def test_every_operation_has_its_entry(client):
    """With its parameters, its body, its answer and a command."""
    document = client.get("/api/openapi.json").json
    chapters = read_reference(document, "http://127.0.0.1:5000")
    operations = {o.id: o for chapter in chapters for o in chapter.operations}
    rows = operations["dataproducts_table_rows"]
    add = operations["connections_add_connection"]

    assert len(operations) == sum(
        len(methods) for methods in document["paths"].values()
    )
    assert [v.name for v in rows.values][:4] == ["schema", "table", "limit", "offset"]
    assert {v.name for v in add.values if v.is_required} == {"name", "url"}
    assert add.command == (
        "curl -X POST http://127.0.0.1:5000/api/connections --json "
        """'{"name": "chinook", "url": "sqlite:///chinook.db"}'"""
    )
    assert operations["exports_download"].command.startswith("curl -OJ ")


def test_the_page_shows_every_path(client):
    """Public, as the document itself."""
    document = client.get("/api/openapi.json").json
    text = client.get("/api/docs").text

    assert all(path in text for path in document["paths"])
