"""Values for a saved query's parameters, as a form has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from entrepot.console.saved.spec import Parameter, Type
from entrepot.console.spec import Scalar

INPUTS: dict[Type, str] = {"date": "date", "datetime": "datetime-local"}
KEYBOARDS: dict[Type, str] = {
    "integer": "numeric",
    "number": "decimal",
    "decimal": "decimal",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueField:
    """A parameter and the value that its field shows."""

    parameter: Parameter
    text: str

    @property
    def label(self) -> str:
        """Return what people read."""
        return self.parameter.label or self.parameter.name

    @property
    def input(self) -> str:
        """Return the type of its input."""
        return INPUTS.get(self.parameter.type, "text")

    @property
    def keyboard(self) -> str:
        """Return which keyboard a phone shows; empty for the usual one."""
        return KEYBOARDS.get(self.parameter.type, "")

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Return what can be chosen, as value and label; empty where it is written."""
        if self.parameter.type == "boolean":
            found = [("true", "Yes"), ("false", "No")]
        else:
            found = [(shown(one), shown(one)) for one in self.parameter.choices]
        if not found or (self.is_needed and self.text):
            return found
        return [("", "Choose" if self.is_needed else "No value"), *found]

    @property
    def is_needed(self) -> bool:
        """Tell whether it must be filled in."""
        return self.parameter.required and self.parameter.default is None

    @property
    def help(self) -> str:
        """Return what goes there."""
        parameter = self.parameter
        kind = "" if parameter.type in ("choice", "boolean") else parameter.type
        rest = "" if parameter.required else "may be left empty: NULL"
        return ", ".join(part for part in (kind, rest) if part)


def shown(value: Scalar) -> str:
    """Return a value as a field shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def fields_of(
    parameters: Sequence[Parameter], form: Mapping[str, str] | None = None
) -> list[ValueField]:
    """Return fields with what a form says, or with the defaults."""
    return [
        ValueField(
            parameter=one,
            text=_default(one) if form is None else form.get(f"value.{one.name}", ""),
        )
        for one in parameters
    ]


def read_values(fields: Sequence[ValueField]) -> dict[str, Scalar]:
    """Return the values that a form gives; an empty field gives none.

    Only a text that has a default can be made empty.
    """
    return {
        one.parameter.name: one.text
        for one in fields
        if one.text or (one.parameter.type == "text" and one.parameter.default)
    }


def _default(parameter: Parameter) -> str:
    text = shown(parameter.default)
    return text.replace(" ", "T", 1) if parameter.type == "datetime" else text
