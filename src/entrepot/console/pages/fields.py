"""Values for the `:name` places of a statement, as a form has them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from entrepot.base.errors import Invalid
from entrepot.console.spec import Params, Scalar

Kind = Literal["text", "number", "yes-no", "null"]
KINDS: dict[Kind, str] = {
    "text": "text",
    "number": "number",
    "yes-no": "yes/no",
    "null": "NULL",
}
YES = ("yes", "true", "1", "on", "y", "t")
NO = ("no", "false", "0", "off", "n", "f", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A place's value as it was written, and what it is meant to be."""

    name: str
    kind: Kind = "text"
    text: str = ""

    def value(self) -> Scalar:
        """Return the value.

        Raises:
            Invalid: The text is none of its kind.
        """
        said = self.text.strip()
        if self.kind == "null":
            return None
        if self.kind == "number":
            return _number(self.name, said)
        if self.kind == "yes-no":
            if said.lower() not in YES + NO:
                raise Invalid(f":{self.name}: {self.text!r} is neither yes nor no")
            return said.lower() in YES
        return self.text


def _number(name: str, said: str) -> int | float:
    try:
        found = int(said) if said.lstrip("+-").isdecimal() else float(said)
        if isinstance(found, int) or math.isfinite(found):  # JSON has no others
            return found
    except ValueError:
        pass
    raise Invalid(f":{name}: {said[:50]!r} is not a number")


def read_fields(form: Mapping[str, str], names: list[str]) -> list[Field]:
    """Return the fields that a form has of these names."""
    found = []
    for name in names:
        kind = form.get(f"kind.{name}", "text")
        known: Kind = kind if kind in KINDS else "text"
        text = form.get(f"value.{name}", "")
        found.append(Field(name=name, kind=known, text=text))
    return found


def shown_fields(params: Params) -> list[Field]:
    """Return the values of a run as fields; none of a list."""
    if not isinstance(params, Mapping):
        return []
    return [_shown(name, value) for name, value in params.items()]


def _shown(name: str, value: Scalar) -> Field:
    match value:
        case None:
            return Field(name=name, kind="null")
        case bool():
            return Field(name=name, kind="yes-no", text="yes" if value else "no")
        case int() | float():
            return Field(name=name, kind="number", text=str(value))
        case _:
            return Field(name=name, text=value)
