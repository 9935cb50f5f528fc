"""What the line of an error tells beside its words: where it came, in which version."""

from __future__ import annotations

from entrepot.base.acting import Actor


def error_facts(who: Actor) -> dict[str, object]:
    """Return what errors are told apart by later."""
    from entrepot.base.version import VERSION  # reads files; most processes meet none

    facts: dict[str, object] = {"endpoint": who.endpoint} if who.endpoint else {}
    return facts | {"release": VERSION}
