"""What a role may ask of an export."""

from __future__ import annotations

from entrepot.accounts import get_user
from entrepot.base.acting import current
from entrepot.base.errors import Denied, NotThere
from entrepot.base.house import House
from entrepot.base.identity import ROLES, Role
from entrepot.base.offered import OFFERED
from entrepot.exports.named import find_named
from entrepot.exports.wanted import ExportRequest, Join, Source


def sources_of(request: ExportRequest) -> list[Source]:
    """Return all sources that a request names: the first, and those of joins."""
    joined = [one.source for one in request.operations if isinstance(one, Join)]
    return [request.source, *joined]


def check_queries(request: ExportRequest, role: Role) -> None:
    """Let only those export rows who may also see them where they are.

    Raises:
        Denied: A viewer asks for a query, or for rows that are not for viewers.
    """
    for source in sources_of(request):
        if source.query and role == "viewer":
            raise Denied("only analysts may export what a query gives")
        needed = _role_for(source)
        if ROLES.index(role) < ROLES.index(needed):
            raise Denied(f"only {needed}s may export these rows", needs_role=needed)


def _role_for(source: Source) -> Role:
    offered, rows = OFFERED.get(source.connection), find_named(source.named)
    needed = [one.role for one in (offered, rows) if one is not None]
    return max(needed, key=ROLES.index, default="viewer")


def check_destinations(request: ExportRequest, role: Role) -> None:
    """Let only those have files sent out who may see where to.

    Raises:
        Denied: A viewer names a destination.
    """
    if request.deliver_to and role == "viewer":
        raise Denied("only analysts may have exports sent to destinations")


def check_worked_for(house: House, request: ExportRequest) -> None:
    """Hold a request against what the person may do now for whom a job works.

    Raises:
        Denied: They may not ask for this any more, or are not here any more.
    """
    id = current().user_id
    if id is None:  # the machine itself, or one of its keys
        return
    try:
        person = get_user(house, id)
    except NotThere:
        raise Denied("who asked for this export is not here any more") from None
    if not person.is_active:
        raise Denied("who asked for this export may not sign in any more")
    check_queries(request, person.role)
