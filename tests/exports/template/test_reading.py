"""A template's text, and everything that is wrong with it."""

from __future__ import annotations

import pytest

from entrepot.exports.template.document import Column, Sheet, TemplateDocument
from entrepot.exports.template.errors import InvalidTemplate
from entrepot.exports.template.reading import check_template, parse_template

GOOD = """
name = "stock"
format = "csv"
[options.csv]
delimiter = ";"
[maps.yes]
0 = "No"
1 = "Yes"
[[sheets]]
sort = [{ column = "sku", order = "desc" }]
columns = [
  { field = "sku", header = "SKU" },
  { field = "active", map = "yes" },
]
"""

JSON = """{
  "name": "stock", "format": "csv",
  "options": {"csv": {"delimiter": ";"}},
  "maps": {"yes": {"0": "No", "1": "Yes"}},
  "sheets": [{
    "sort": [{"column": "sku", "order": "desc"}],
    "columns": [{"field": "sku", "header": "SKU"}, {"field": "active", "map": "yes"}]
  }]
}"""


def mistakes(text):
    """Return (line, column, message) of every mistake."""
    return [(m.line, m.column, m.message) for m in check_template(text).mistakes]


def test_a_template_is_read_from_toml_and_from_json():
    """Both say the same."""
    read = parse_template(GOOD)

    assert read == parse_template(JSON)
    assert read.maps == {"yes": {"0": "No", "1": "Yes"}}
    assert read.sheets[0].columns == [
        Column(field="sku", header="SKU"),
        Column(field="active", map="yes"),
    ]
    assert [op.__struct_config__.tag for op in read.sheets[0].all_operations()] == [
        "sort"
    ]


def test_the_least_template_has_a_name_and_a_sheet():
    """Everything else may be left out."""
    assert parse_template('name = "x"\n[[sheets]]') == TemplateDocument(
        name="x", sheets=[Sheet()]
    )


BAD = '''name = "Bad name"
formt = "xlsx"
[options.csv]
delimiter = ":"
nope = 1
[maps.status]
0 = "Not \\"Started"
1 = 2
[[sheets]]
name = "A {foo}"
columns = [
  { field = "id", header = "ID" },   # ] } a comment
  { field = "x]", header = "ID", width = "wide", map = "statu" },
  { header = """a
b""" },
]
[[sheets.operations]]
type = "filter"
column = "a"
[[sheets.operations]]
type = "fliter"
[[sheets]]
operations = [{type="sort", by=[{column="a", ordr="x"}]}]
[sheets.source]
spool = "/etc/passwd"
'''


def test_every_mistake_is_told_with_its_line_and_column():
    """One reading tells all: names, values, and parts that do not fit each other."""
    found = mistakes(BAD)

    assert [(line, column) for line, column, _ in found] == [
        (1, 1), (2, 1), (4, 1), (5, 1), (8, 1), (10, 1), (13, 19), (13, 34), (13, 50),
        (14, 3), (21, 1), (23, 46), (24, 1), (24, 1), (25, 1),
    ]  # fmt: skip
    assert [words for *_, words in found][:9] == [
        "name: expected small letters, digits, - and _; full stops between parts",
        "formt: there is no 'formt' here; did you mean 'format'?",
        "options.csv.delimiter: the option delimiter cannot be ':'; "
        "delimiter: one of ',', ';', 'tab', '|'",
        "options.csv.nope: there is no option of csv named 'nope'; "
        "known: bom, compress, delimiter, guard, header, null, quoting",
        "maps.status.1: expected `str`, got `int`",
        "sheets[1].name: there is no placeholder 'foo'; known are type, Type, "
        "template, title, file, id8, date, dmy, time, month, batch, batches",
        "sheets[1].columns[2].header: column 1 is 'ID' too",
        "sheets[1].columns[2].width: expected `float | null`, got `str`",
        "sheets[1].columns[2].map: there is no map 'statu'; did you mean 'status'?",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name = ", (1, 8, "invalid value at the end")),
        ('name = "a"\nname = "b"', (2, 11, "cannot overwrite a value at the end")),
        ('{"name": "x",', (1, 14, None)),
        ('{"name": "x",\n "name": "y", "sheets": [{}]}', (2, 2, "name: is said twice")),
        ("a=" + "[" * 9_000, (1, 1, "the document is nested too deeply")),
        ('{"a":' + "[" * 100_000, (1, 1, "the document is nested too deeply")),
        ("#" * 300_000, (1, 1, "a template has up to 262,144 characters")),
        ("\n" + "a." * 10_001, (2, 1, "a line has up to 20,000 characters")),
        (
            'locale = "de-DD"\nname = "x"\n[[sheets]]',
            (1, 1, "locale: there is no locale 'de-DD'; did you mean 'de-DE'?"),
        ),
        ('name = "x"', (1, 1, "sheets: a template has at least one sheet")),
        (
            'name = "x"\nsheets = []',
            (2, 1, "sheets: a template has at least one sheet"),
        ),
        ('name = "x"\nsheets = 1', (2, 1, "sheets: expected `array`, got `int`")),
        ("[]", (1, 2, None)),
    ],
    ids=lambda text: str(text)[:20],
)
def test_what_cannot_be_read_says_where(text, expected):
    """Broken, hostile and empty texts are answered like any other."""
    line, column, words = mistakes(text)[0]

    assert (line, column, words if expected[2] else None) == expected


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        (
            'columns = [{ field = "a", format = "0 kg" }]',
            "sheets[1].columns[1].format: Excel has no such format: '0 kg'",
        ),
        (
            'columns = [{ field = "a" }, { field = "b", header = "a" }]',
            "sheets[1].columns[2].header: column 1 is 'a' too",
        ),
        (
            'columns = [{ field = "a", map = "m", values = { 1 = "x" } }]',
            "sheets[1].columns[1].values: a column has a 'map' or 'values', not both",
        ),
        (
            'columns = [{ field = "a", instead = "a" }]',
            "sheets[1].columns[1].instead: stands in for itself",
        ),
        (
            'name = "S"\n[[sheets]]\nname = "s"',
            "sheets[2].name: sheet 1 is 's' too",
        ),
        (
            'source = { connection = "c", table = "t", query = "SELECT 1" }',
            "sheets[1].source: a source has a 'table' or a 'query'",
        ),
        (
            'operations = [{ type = "join", on = [{ left = "a", right = "b" }], '
            'source = { records = [] , connection = "c", table = "t", sheet = "x" } }]',
            "sheets[1].operations[1].source.sheet: "
            "a template reads from a connection only",
        ),
    ],
)
def test_parts_must_fit_each_other(sheet, words):
    """No column or sheet is lost to another, and nothing names what is not there."""
    base = 'name = "x"\n[maps.m]\n1 = "x"\n[[sheets]]\n'
    assert mistakes(f'{base}columns = [{{ field = "a", map = "m" }}]') == []

    assert [message for *_, message in mistakes(base + sheet)] == [words]


def test_a_wrong_template_cannot_be_had():
    """The error names the first mistake, and carries all of them."""
    with pytest.raises(InvalidTemplate) as raised:
        parse_template('naem = "x"\n[[sheets]]\ncolumns = 1')

    assert raised.value.detail == (
        "line 1, column 1: naem: there is no 'naem' here; "
        "did you mean 'name'?, and 2 more"
    )
    assert [m["line"] for m in raised.value.facts["mistakes"]] == [1, 1, 3]


def test_places_are_found_behind_every_kind_of_writing():
    """Quoted, dotted and literal keys, long texts, and Windows line ends."""
    text = (
        'name = \'x\'\r\ndescription = """\r\nsheets = "no"\r\n"""\r\n'
        'maps."a.b".\'c\' = "d"\r\n[[sheets]]\r\n  "columns" = [ # one\r\n'
        '   { "field" = \'a#]\', "oops" = 1 } ]\r\n'
    )

    assert mistakes(text) == [
        (8, 23, "sheets[1].columns[1].oops: there is no 'oops' here; known are field, "
         "header, type, format, width, map, values, null, instead, link"),
    ]  # fmt: skip


def test_a_name_ends_where_its_line_does():
    """It becomes a file's name, and a part of a header."""
    text = '{"name": "stock%s", "sheets": [{"columns": [{"field": "sku"}]}]}'

    counts = [len(check_template(text % end).mistakes) for end in ("", "\\n")]

    assert counts == [0, 1]
