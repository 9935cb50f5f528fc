"""Which number formats Excel takes: with others it calls the file damaged."""

from __future__ import annotations

import re

MOST_SECTIONS = 4
"""For numbers above, below and at zero, and for text."""

# ECMA-376 part 1, 18.8.31
_PART = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[[^\[\]"]+\]|General|AM/PM|A/P'
    r"|[0#?.,%/ :+\-()$€£¥@!&'^~{}<>=]|[yYmMdDhHsSeE]+(?:[+-](?=[0#?]))?"
)


def is_number_format(code: str) -> bool:
    """Tell whether Excel takes this code; the empty one is none."""
    place, sections = 0, 1
    while place < len(code):
        if code[place] == ";":
            sections += 1
            place += 1
            continue
        part = _PART.match(code, place)
        if part is None:
            return False
        place = part.end()
    return sections <= MOST_SECTIONS and code.isprintable()
