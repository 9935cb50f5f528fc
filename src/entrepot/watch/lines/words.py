"""What people type into a search box, as the index of words understands it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# A leading minus excludes; a quote that is not closed yet is still being written.
_PART = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)(?P<end>"|$)|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Words:
    """Two questions to the index of words; empty ones do not narrow.

    Attributes:
        having: What the message has.
        lacking: What it has not.
    """

    having: str
    lacking: str

    @property
    def match(self) -> str:
        """What the index is asked where words are had."""
        return f"({self.having}) NOT ({self.lacking})" if self.lacking else self.having


def parse_words(text: str) -> Words:
    """Return what is meant; whatever stands there is a word, never syntax.

    Words are beginnings of words. What has no letter and no digit is not in the index,
    and does not narrow.
    """
    having: list[str] = []
    lacking: list[str] = []
    for part in _PART.finditer(_clean(text)):
        is_phrase = part["phrase"] is not None
        words = part["phrase"] if is_phrase else part["word"]
        if any(map(_is_indexed, words)):
            ending = "" if is_phrase and part["end"] else "*"
            (lacking if part["minus"] else having).append(f'"{words}"{ending}')
    return Words(" AND ".join(having), " OR ".join(lacking))


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", " ")


def _is_indexed(character: str) -> bool:
    # https://sqlite.org/fts5.html#unicode61_tokenizer: L*, N* and Co.
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "Co"
