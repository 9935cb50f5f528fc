"""Routes that are read once for all applications of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from werkzeug.routing import Rule


@contextmanager
def parsed_once() -> Iterator[None]:
    """Let each route be taken apart once; what comes of it is only read."""
    parse, kept = Rule._parse_rule, {}

    def parse_once(rule: Rule, text: str):
        key = text, *rule.map.converters.items()
        if key not in kept:
            before = len(rule._trace)
            parts = list(parse(rule, text))
            names = [name for is_name, name in rule._trace[before:] if is_name]
            found = {name: rule._converters[name] for name in names}
            kept[key] = parts, rule._trace[before:], found
            return parts
        parts, trace, found = kept[key]
        rule._trace += trace
        rule._converters |= found
        rule.arguments |= found.keys()
        return parts

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_parse_rule", parse_once)
        yield
