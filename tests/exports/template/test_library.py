"""Templates that people keep, and their versions."""

from __future__ import annotations

import pytest

from entrepot.base.errors import Conflict, InvalidValue, NotThere
from entrepot.exports.events import TemplateChanged, TemplateCreated, TemplateDeleted
from entrepot.exports.template.changes import (
    change_template,
    copy_template,
    create_template,
    delete_template,
)
from entrepot.exports.template.errors import InvalidTemplate, ShippedTemplate
from entrepot.exports.template.library import (
    compare_versions,
    get_template,
    list_templates,
    list_versions,
)
from entrepot.exports.template.shipped import shipped_names

TEXT = '# ours\nname = "stock"\n[[sheets]]\nname = "One"\n'
CHANGED = TEXT.replace("One", "Two")


@pytest.fixture
def kept(house, heard):
    """A house that keeps one template."""
    create_template(house, TEXT, by="ada", note="the first")
    return house


def test_a_template_is_kept_as_it_was_written(kept):
    """Its text, comments and all, under the name that it says."""
    found = get_template(kept, "stock")

    assert (found.text, found.syntax, found.version) == (TEXT, "toml", 1)
    assert (found.note, found.created_by) == ("the first", "ada")
    assert found.document().sheets[0].name == "One"


def test_every_change_is_a_version_and_all_stay(kept):
    """The newest is meant where none is named; the same text makes none."""
    change_template(kept, "stock", CHANGED, by="bob", after=1)
    change_template(kept, "stock", CHANGED, by="eve")

    assert get_template(kept, "stock").text == CHANGED
    assert get_template(kept, "stock@1").text == TEXT
    assert [(v.version, v.created_by) for v in list_versions(kept, "stock")] == [
        (2, "bob"),
        (1, "ada"),
    ]
    assert compare_versions(kept, "stock", 1, 2) == [
        "--- stock@1",
        "+++ stock@2",
        "@@ -1,4 +1,4 @@",
        " # ours",
        ' name = "stock"',
        " [[sheets]]",
        '-name = "One"',
        '+name = "Two"',
    ]


def test_a_change_of_an_old_version_is_refused(kept):
    """Nobody's work is written over unseen."""
    change_template(kept, "stock", CHANGED, by="bob", after=1)

    with pytest.raises(Conflict):
        change_template(kept, "stock", f"{TEXT}# mine", by="eve", after=1)

    assert get_template(kept, "stock").text == CHANGED


def test_shipped_templates_are_there_and_stay_as_they_are(kept):
    """They can be copied; the copy has the new name and can be changed."""
    with pytest.raises(ShippedTemplate):
        delete_template(kept, "payments.standard", by="ada")
    with pytest.raises(ShippedTemplate):
        change_template(
            kept, "payments.standard", 'name="payments.standard"\n[[sheets]]', by="ada"
        )
    copy = copy_template(kept, "payments.standard@1", "payments.ours", by="ada")

    assert get_template(kept, "payments.standard").is_shipped
    assert copy.text.startswith('name = "payments.ours"\ntitle = "Payments: standard"')
    assert copy.note == "a copy of payments.standard@1"
    assert change_template(kept, copy.name, f"{copy.text}\n", by="ada").version == 2
    assert [line.name for line in list_templates(kept)] == sorted(
        [*shipped_names(), "payments.ours", "stock"]
    )


def test_a_list_says_what_templates_hold(kept):
    """Sheets and columns, and whether they came with the program."""
    lines = {line.name: line for line in list_templates(kept)}

    ours, shipped = lines["stock"], lines["participants.complete"]
    assert (ours.sheet_count, ours.column_count, ours.is_shipped) == (1, 0, False)
    assert (shipped.column_count, shipped.is_shipped) == (39, True)


@pytest.mark.parametrize("name", ["stock", "payments.standard"])
def test_a_name_is_there_once(kept, name):
    """Not ours, and not one that ships."""
    with pytest.raises(Conflict):
        create_template(kept, f'name = "{name}"\n[[sheets]]', by="bob")


def test_a_new_version_keeps_the_name(kept):
    """Or `name@version` would mean two things."""
    with pytest.raises(InvalidValue):
        change_template(kept, "stock", 'name = "stick"\n[[sheets]]', by="ada")


def test_a_wrong_text_is_not_kept(kept):
    """Neither as a template nor as a version."""
    with pytest.raises(InvalidTemplate):
        create_template(kept, 'name = "other"', by="ada")
    with pytest.raises(InvalidTemplate):
        change_template(kept, "stock", 'name = "stock"', by="ada")

    assert get_template(kept, "stock").text == TEXT


@pytest.mark.parametrize(
    "name", ["nope", "stock@2", "stock@0", "stock@x", "stock@", "payments.standard@2"]
)
def test_what_is_not_there_is_told(kept, name):
    """A name, or a version."""
    assert get_template(kept, "stock@1").version == 1

    with pytest.raises(NotThere):
        get_template(kept, name)


def test_a_removed_template_is_gone_with_its_versions(kept):
    """Its name is free again, and begins with version 1."""
    change_template(kept, "stock", CHANGED, by="bob")

    delete_template(kept, "stock", by="ada")

    with pytest.raises(NotThere):
        list_versions(kept, "stock")
    assert create_template(kept, TEXT, by="ada").version == 1


def test_what_people_do_with_templates_is_recorded(kept, heard):
    """Who made, changed and removed which."""
    change_template(kept, "stock", CHANGED, by="bob")
    delete_template(kept, "stock", by="eve")

    told = [event for event in heard if type(event).__name__.startswith("Template")]
    assert told == [
        TemplateCreated(name="stock", by="ada"),
        TemplateChanged(name="stock", version=2, by="bob"),
        TemplateDeleted(name="stock", version=2, by="eve"),
    ]
    assert all(event.audited for event in told)
