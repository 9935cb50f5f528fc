"""Routes that learn to write their address when somebody first asks for it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from werkzeug.routing import Rule

Build = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """A route; Werkzeug compiles code to write its address, twice, when it is added.

    For all of ours that takes longer than everything else at the start. Should a later
    Werkzeug ask in another way, it compiles at the start again, and nothing breaks.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Build:
        made: list[Build] = []  # by two threads at once: twice the same

        def build(rule: Rule, **values: object) -> tuple[str, str]:
            if not made:
                made.append(Rule._compile_builder(self, append_unknown))
            return made[0](rule, **values)

        return build


def install(app: Flask) -> None:
    """Let the routes added from now on be of this kind."""
    app.url_rule_class = LateRule
