"""What people type into a search box, as the index of words understands it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from entrepot.watch.lines.reading import Reading

ENDINGS = 16
"""Words that the beginning of a word may stand for, to be looked up one by one."""
_VOCABULARY = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.known_words "
    "USING fts5vocab(main, logs_words, instance)"
)
# A leading minus excludes; a quote that is not closed yet is still being written.
_PART = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)(?P<end>"|$)|(?P<word>[^\s"]+))')
_PIECE = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Sought:
    """Words that follow each other; the last may be the beginning of one."""

    text: str
    is_beginning: bool

    def match(self, reading: Reading) -> str:
        """Return what the index is asked."""
        if not self.is_beginning:
            return f'"{self.text}"'
        phrases = self._phrases(reading) if self.text.isascii() else []
        return f"({' OR '.join(phrases)})" if phrases else f'"{self.text}"*'

    def _phrases(self, reading: Reading) -> list[str]:
        # The index puts all lines of a beginning in order before it gives the first.
        *before, beginning = _PIECE.findall(self.text.lower())
        endings = list_words(reading, beginning)
        return [f'"{" ".join([*before, word])}"' for word in endings]


@dataclass(frozen=True, slots=True)
class Words:
    """What the message has, and what it has not; empty ones do not narrow."""

    having: list[Sought]
    lacking: list[Sought]

    def matches(self, reading: Reading) -> tuple[str, str]:
        """Return what the index is asked for, and for what where nothing is had."""
        having = " AND ".join(one.match(reading) for one in self.having)
        lacking = " OR ".join(one.match(reading) for one in self.lacking)
        if having and lacking:
            return f"({having}) NOT ({lacking})", ""
        return having, lacking


def parse_words(text: str) -> Words:
    """Return what is meant; whatever stands there is a word, never syntax.

    Words are beginnings of words. What has no letter and no digit is not in the index,
    and does not narrow.
    """
    words = Words([], [])
    text = text.encode("utf-8", "replace").decode()
    for part in _PART.finditer(text.replace("\0", " ")):
        is_phrase = part["phrase"] is not None
        sought = part["phrase"] if is_phrase else part["word"]
        if any(map(_is_indexed, sought)):
            is_beginning = not (is_phrase and part["end"])
            one = Sought(sought, is_beginning)
            (words.lacking if part["minus"] else words.having).append(one)
    return words


def list_words(reading: Reading, beginning: str) -> list[str]:
    """Return the words in the log that begin so; none where there are too many."""
    reading.row(_VOCABULARY)
    words: list[str] = []
    after = beginning
    while len(words) <= ENDINGS:
        found = reading.row(
            "SELECT term FROM known_words WHERE term >= :after AND term < :end LIMIT 1",
            {"after": after, "end": beginning + "\U0010ffff"},
        )
        if found is None:
            return words
        words.append(found[0])
        after = found[0] + "\x01"
    return []


def _is_indexed(character: str) -> bool:
    # https://sqlite.org/fts5.html#unicode61_tokenizer: L*, N* and Co.
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "Co"
