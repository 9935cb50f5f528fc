"""Who is given what products cost us: who may also write it."""

from __future__ import annotations

import getpass

from entrepot.accounts import get_key_by_name, get_user
from entrepot.base.acting import SYSTEM, current
from entrepot.base.errors import NotThere
from entrepot.base.house import House


def sees_costs(house: House) -> bool:
    """Tell whether whoever acts now is no viewer: analysts, admins, the machine.

    A job acts for whom it works, by a key's name where that was a key.
    """
    actor = current()
    if actor.kind in ("local", "command"):
        return True
    try:
        if "@" not in actor.name:  # keys have names without, addresses have one
            return get_key_by_name(house, actor.name).role != "viewer"
        if actor.user_id is not None:
            return get_user(house, actor.user_id).role != "viewer"
    except NotThere:
        return actor.kind == "system" and actor.name in _machine()
    return False


def _machine() -> tuple[str, ...]:
    return (SYSTEM.name, "local", getpass.getuser())
