"""The first step: what the file is, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.feeds.pages.looking import Options, look_at, sample
from entrepot.feeds.reading import Inspection, Plan, Samples
from entrepot.feeds.registry import FEED_FORMATS
from entrepot.feeds.seen import ImportSeen
from entrepot.web import problems

Form = MultiDict[str, str]

OPTION_CHOICES: dict[str, dict[str, str]] = {
    "encoding": {
        "utf-8": "UTF-8",
        "utf-8-sig": "UTF-8 with a mark at its beginning",
        "utf-16": "UTF-16",
        "cp1252": "Windows, western (cp1252)",
        "latin-1": "Latin-1",
        "iso-8859-15": "Latin-9, with the euro",
        "cp1250": "Windows, central European",
        "cp1251": "Windows, Cyrillic",
    },
    "delimiter": {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar"},
}
"""What people choose from, by the option's name; other options are typed."""

TAB = "tab"
"""A form's word for a character that forms lose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionField:
    """An option of the format, as its field shows it."""

    name: str
    value: str
    choices: dict[str, str]
    is_yes_no: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatChoice:
    """A format that can be chosen; the likelihood is of this file, 0 to 1."""

    name: str
    label: str
    summary: str
    likelihood: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStep:
    """What was seen of a file.

    Attributes:
        inspection: None where no format could read it; `problem` says why.
        samples: Its first rows as they are.
    """

    formats: list[FormatChoice]
    chosen: str
    options: list[OptionField]
    inspection: Inspection | None = None
    samples: Samples | None = None
    problem: dict[str, object] | None = None


def show_file(house: House, seen: ImportSeen) -> FileStep:
    """Return what is to be seen of a file; a failure is a part of it."""
    try:
        found = look_at(house, seen)
        shown = sample(house, seen, found.plan)
    except EntrepotError as error:
        return FileStep(
            formats=_formats(None),
            chosen=seen.plan.format if seen.plan else "",
            options=[],
            problem=problems.describe(error),
        )
    return FileStep(
        formats=_formats(found),
        chosen=found.format,
        options=_options(found.plan),
        inspection=found,
        samples=shown,
    )


def read_options(form: Form, plan: Plan | None) -> Options | None:
    """Return the options that a form gives its format; None for another format's."""
    if plan is None or form.get("format") != plan.format:
        return None
    return {
        name: _value(form[f"option.{name}"], old)
        for name, old in plan.options.items()
        if f"option.{name}" in form
    }


def _value(text: str, old: object) -> str | int | float | bool:
    if isinstance(old, bool):
        return text == "true"
    if isinstance(old, int) and text.lstrip("-").isdecimal():
        return int(text)
    return "\t" if text == TAB else text


def _formats(found: Inspection | None) -> list[FormatChoice]:
    likely = {one.name: one.likelihood for one in found.candidates} if found else {}
    choices = [
        FormatChoice(
            name=format.name,
            label=format.label,
            summary=format.summary,
            likelihood=likely.get(format.name, 0.0),
        )
        for format in FEED_FORMATS
    ]
    return sorted(choices, key=lambda choice: -choice.likelihood)


def _options(plan: Plan) -> list[OptionField]:
    return [
        OptionField(
            name=name,
            value=_text(value),
            choices={
                _text(v): said for v, said in OPTION_CHOICES.get(name, {}).items()
            },
            is_yes_no=isinstance(value, bool),
        )
        for name, value in plan.options.items()
    ]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return TAB if value == "\t" else str(value)
