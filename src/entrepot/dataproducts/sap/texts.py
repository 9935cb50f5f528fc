"""The words of a CSN in one language, with their placeholders filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from entrepot.dataproducts.sap.values import as_table, as_text

LANGUAGE = "en"
"""Of our pages, and what stands in where the language asked for is missing."""

LABELS = ("@EndUserText.label", "@Common.Label", "@title")
DESCRIPTIONS = ("@EndUserText.quickInfo", "@description", "@Core.Description", "doc")

_LONGEST = 2_000
"""Characters of a label or description; the rest is cut."""

_PLACEHOLDER = re.compile(r"\{(?:i18n|bundle)>([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Texts:
    """Reads labels and descriptions; `of_key` holds the texts of one language."""

    of_key: Mapping[str, object] = field(default_factory=dict)

    def label(self, annotated: Mapping[str, object]) -> str:
        """Return the label of an entity or element; empty where it has none."""
        return self._first(annotated, LABELS)

    def description(self, annotated: Mapping[str, object]) -> str:
        """Return the description of an entity or element; empty where it has none."""
        return self._first(annotated, DESCRIPTIONS)

    def _first(self, annotated: Mapping[str, object], names: tuple[str, ...]) -> str:
        found = (self._filled(as_text(annotated.get(name))) for name in names)
        return next((text for text in found if text), "")

    def _filled(self, text: str) -> str:
        """Return the text; a placeholder without one leaves nothing to be seen."""
        filled = _PLACEHOLDER.sub(self._said, text[:_LONGEST])
        return " ".join(filled.split())[:_LONGEST]

    def _said(self, placeholder: re.Match[str]) -> str:
        return as_text(self.of_key.get(placeholder[1]))[:_LONGEST]


def list_languages(document: Mapping[str, object]) -> list[str]:
    """Return the languages that a CSN has texts in, sorted."""
    return sorted(name for name in as_table(document.get("i18n")) if name)


def texts_in(document: Mapping[str, object], language: str) -> Texts:
    """Return the texts in a language; each that is missing there stands in English.

    A language of a country (`de-AT`) is filled up from the language itself.
    """
    bundles = {
        _folded(name): as_table(texts)
        for name, texts in as_table(document.get("i18n")).items()
    }
    wanted = _folded(language)
    merged: dict[str, object] = {}
    for name in ("", LANGUAGE, wanted.partition("-")[0], wanted):
        merged |= bundles.get(name, {})
    return Texts(merged or next(iter(bundles.values()), {}))


def _folded(language: str) -> str:
    return language.replace("_", "-").lower()
