"""The generated reference is complete and up to date."""

from __future__ import annotations

import re

import click
import pytest

import entrepot.cli
from docs import generate
from entrepot.base.errors import EntrepotError
from entrepot.base.events import Event
from entrepot.composition import declared_settings

COMMANDS = [path for path, _ in generate._leaves("entrepot", entrepot.cli.entrepot)]


@pytest.mark.parametrize("name", generate.PAGES)
def test_the_committed_page_is_what_the_code_says(name):
    """After a change of the code, `make docs` writes the page again."""
    committed = (generate.FOLDER / f"{name}.md").read_text(encoding="utf-8")

    assert committed == generate.PAGES[name](), "run `make docs`"


def test_there_is_no_page_too_many():
    """A page that nobody generates any more is gone."""
    there = {path.stem for path in generate.FOLDER.glob("*.md")}

    assert there == set(generate.PAGES)


def test_every_route_has_its_entry():
    """Whatever a server of all rooms answers stands in the page, with a sentence."""
    page = generate.routes()
    rules = {rule.rule for rule in generate.every_face().url_map.iter_rules()}

    shown = {re.sub(r"<\w+:", "<", rule) for rule in rules}

    assert len(rules) > 10
    assert [rule for rule in shown if f" {rule}`" not in page] == []
    assert "|  |" not in page


def test_every_setting_has_its_entry():
    """Each variable, alias and key is named."""
    page = generate.settings()

    for setting in declared_settings():
        assert all(f"`{name}`" in page for name in (setting.name, *setting.variables))


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_has_its_entry(path):
    """Each command has a section."""
    assert f"\n## {path}\n" in generate.commands()


def test_every_event_and_error_has_its_entry():
    """Each class of a room's `events` and `errors` is named once."""
    events, errors = generate.event_list(), generate.error_list()

    for cls in generate.below(Event, "events"):
        assert events.count(f"`{cls.__name__}`") == 1
    for cls in generate.below(EntrepotError, "errors"):
        assert errors.count(f"| `{cls.code()}` | {cls.title()} |") == 1


def test_the_walk_finds_commands_in_groups():
    """A group's commands are found by their whole path; the check would miss none."""
    inner = click.Group("inner", commands={"leaf": click.Command("leaf")})
    outer = click.Group("outer", commands={"inner": inner, "top": click.Command("top")})

    paths = [path for path, _ in generate._leaves("outer", outer)]

    assert paths == ["outer inner leaf", "outer top"]
