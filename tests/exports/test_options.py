"""Options of a format: typed by their defaults, refused with what would work."""

import pytest

from entrepot.base.errors import Invalid, UnknownName
from entrepot.exports import FORMATS
from entrepot.exports.options import read_options

DEFAULTS = {"separator": ",", "seconds": 0.0, "zipped": False, "level": 1}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({}, {}),
        ({"separator": ";"}, {"separator": ";"}),
        ({"zipped": "YES", "level": " 7 ".strip()}, {"zipped": True, "level": 7}),
        ({"zipped": False, "level": 9, "seconds": 1}, {"level": 9, "seconds": 1.0}),
        ({"seconds": "0.5", "zipped": "off"}, {"seconds": 0.5}),
    ],
)
def test_texts_and_values_are_read_as_the_declared_type(given, read):
    """Each option has a value of its default's type; those not given, the default."""
    options = read_options(FORMATS.get("toy"), given)

    assert options == DEFAULTS | read
    assert [type(v) for v in options.values()] == [str, float, bool, int]


@pytest.mark.parametrize(
    ("given", "detail", "hint"),
    [
        (
            {"separator": "|"},
            "the option separator cannot be '|'",
            "separator: one of ',', ';'",
        ),
        (
            {"zipped": "maybe"},
            "the option zipped cannot be 'maybe'",
            "zipped: true or false",
        ),
        ({"level": "x"}, "the option level cannot be 'x'", "level: a whole number"),
        ({"level": 1.5}, "the option level cannot be 1.5", "level: a whole number"),
        ({"level": True}, "the option level cannot be True", "level: a whole number"),
        ({"seconds": []}, "the option seconds cannot be []", "seconds: a number"),
        ({"seconds": "nan"}, "the option seconds cannot be 'nan'", "seconds: a number"),
    ],
)
def test_a_wrong_value_is_refused_with_what_would_work(given, detail, hint):
    """The option is named, and what it may be."""
    with pytest.raises(Invalid) as caught:
        read_options(FORMATS.get("toy"), given)

    assert (caught.value.detail, caught.value.hint) == (detail, hint)


def test_an_unknown_option_is_refused_with_the_known_ones():
    """A misspelt option names the format, and the option that was meant."""
    with pytest.raises(UnknownName) as caught:
        read_options(FORMATS.get("toy"), {"seperator": ";"})

    assert caught.value.detail == "there is no option of toy named 'seperator'"
    assert caught.value.hint == "did you mean 'separator'?"
