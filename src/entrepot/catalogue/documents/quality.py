"""How good a product's record is: a weighted list of named rules."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import msgspec
from sqlalchemy.orm import Session

from entrepot.base.errors import Invalid, UnknownName
from entrepot.base.settings import Settings
from entrepot.catalogue import settings as knobs
from entrepot.catalogue.fields import FIELDS

Test = Literal[
    "present", "min_length", "positive", "at_least", "one_of", "gtin", "has_image"
]
SHIPPED = Path(__file__).with_name("quality.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that a good record has.

    Attributes:
        name: In kebab-case, unique.
        test: How the field is looked at.
        at_least: The bound of tests that have one.
        words: What `one_of` allows.
        weight: Its share; the score is the weights kept, in hundredths of all.
        advice: What to do where it is lost.
    """

    name: str
    field: str
    test: Test
    weight: int
    advice: str
    at_least: int = 0
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPoint:
    """A rule that a product does not meet, and what it costs.

    Attributes:
        points: Of 100.
    """

    rule: str
    field: str
    points: float
    advice: str


def list_rules(session: Session) -> tuple[Rule, ...]:
    """Return the rules in the order in which they are shown."""
    settings = session.info.get("settings")
    named = settings[knobs.QUALITY_FILE] if isinstance(settings, Settings) else ""
    file = Path(named) if named else SHIPPED
    return _load_once(file, file.stat().st_mtime_ns)


def load_rules(file: Path) -> tuple[Rule, ...]:
    """Read rules from a TOML file.

    Raises:
        Invalid: It is no TOML, or not a list of rules.
        UnknownName: A rule is of a field that there is not.
    """
    try:
        told = tomllib.loads(file.read_text("utf-8"))
        rules = msgspec.convert(told.get("rule"), tuple[Rule, ...])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as no:
        raise Invalid(f"{file.name} is no list of rules: {no}") from None
    names = [rule.name for rule in rules]
    if not rules or len(set(names)) < len(names):
        raise Invalid(f"{file.name} must have rules, each with a name of its own")
    for rule in rules:
        if rule.field not in FIELDS:
            raise UnknownName("field", rule.field, list(FIELDS))
        if not 1 <= rule.weight <= 1_000:
            raise Invalid(f"the weight of {rule.name} must be 1 to 1000")
    return rules


@functools.lru_cache(maxsize=8)
def _load_once(file: Path, _changed_ns: int) -> tuple[Rule, ...]:
    return load_rules(file)


TESTS: tuple[Test, ...] = get_args(Test)
