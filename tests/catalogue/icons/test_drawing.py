"""Words choose drawings, colours are measured, letters stand in where none fits."""

from __future__ import annotations

import pytest

from entrepot.catalogue.icons import colors, letters
from entrepot.catalogue.icons.engines.local import draw
from entrepot.catalogue.icons.errors import NoColor
from entrepot.catalogue.icons.lucide import FILE, drawings
from entrepot.catalogue.icons.spec import IconWish, Look
from entrepot.catalogue.icons.words import FILE as WORDS
from entrepot.catalogue.icons.words import choose, rank, singular

LOOK = Look(style="modern", color="#3b82f6", background="transparent", side=48)


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("Office Supplies", "paperclip"),
        ("Technology", "laptop"),
        ("Furniture", "sofa"),
        ("Desk Chairs", "armchair"),
        ("Ink & Toner", "droplets"),
        ("Cell Phones", "smartphone"),
        ("Animals & Pet Supplies", "paw-print"),
        ("Batteries", "battery-full"),
        ("Möbel", "sofa"),
        ("Rockets", "rocket"),
        ("Xyzzy", ""),
        ("", ""),
    ],
)
def test_words_choose_the_drawing(name, symbol):
    """The last word of the first part says the most; accents and plurals do not."""
    assert choose(name) == symbol


def test_those_above_are_asked_where_the_name_says_nothing():
    """The nearest first."""
    assert choose("Xyzzy", ("Furniture", "Printers")) == "printer"
    assert choose("Xyzzy", ("Furniture", "Plugh")) == "sofa"


def test_our_words_name_drawings_that_there_are():
    """A word for no drawing would never be found."""
    import tomllib

    ours = tomllib.loads(WORDS.read_text())

    assert set(ours) <= set(drawings())
    assert all(words == [word.lower() for word in words] for words in ours.values())


def test_the_drawings_come_with_their_licence():
    """Beside them in the bundle."""
    text = FILE.with_name("lucide-licence.txt").read_text()

    assert "ISC License" in text


def test_signs_of_programs_are_no_things():
    """Nobody sells chevrons."""
    assert "chevron-down" in drawings()
    assert "chevron-down" not in [choice.symbol for choice in rank("down chevron")]


@pytest.mark.parametrize(
    ("word", "one"),
    [("batteries", "battery"), ("boxes", "box"), ("pens", "pen"), ("glass", "glass")],
)
def test_words_are_found_in_the_plural(word, one):
    """Roughly, as English has it."""
    assert singular(word) == one


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Écriture", "EC"),
        ("Hole Punches", "HP"),
        ("Food and Drink", "FD"),
        ("3M", "3M"),
        ("The", "TH"),
        ("文具", ""),
    ],
)
def test_initials_are_letters_of_the_words(name, initials):
    """None where the script is not ours: then a box is drawn."""
    assert letters.initials_of(name) == initials
    assert all(letter in letters.PATHS for letter in initials)


def test_every_letter_can_be_drawn():
    """Nothing of a path is wrong: each leaves pixels behind."""
    empty = len(_png(" "))
    for letter in letters.PATHS:
        assert len(_png(letter)) != empty, letter


def _png(name: str) -> bytes:
    return draw(IconWish(name=name, above=(), look=LOOK, symbol="initials")).png


def test_a_name_stays_text_in_the_picture():
    """Whatever signs it has."""
    drawn = draw(IconWish(name='<b>&"A"', above=(), look=LOOK, symbol="initials"))

    assert '<title>&lt;b&gt;&amp;"A"</title>' in drawn.svg


def test_contrast_is_as_the_standard_has_it():
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    assert round(colors.contrast("#000000", "#ffffff"), 1) == 21.0
    assert round(colors.contrast("#777777", "#ffffff"), 2) == 4.48
    assert colors.contrast("#3b82f6", "#3b82f6") == 1.0


@pytest.mark.parametrize("text", ["red", "#12", "#12345g", "", "#1234567"])
def test_what_is_no_colour_is_refused(text):
    """`#RGB` and `#RRGGBB` are."""
    assert colors.parse_color("#F0a") == "#ff00aa"
    with pytest.raises(NoColor):
        colors.parse_color(text)
