"""Whose jobs somebody sees: people their own, admins all."""

from __future__ import annotations

from dataclasses import replace

from entrepot.base.errors import NotThere
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.jobs.detail import JobDetail, get_detail
from entrepot.jobs.seeing import JobFilter


def narrowed(wanted: JobFilter, who: Identity) -> JobFilter | None:
    """Return the filter without what others asked for; None where nothing is left."""
    if who.role == "admin":
        return wanted
    if wanted.by not in ("", who.name):
        return None
    return replace(wanted, by=who.name)


def get_own(house: House, id: str, who: Identity) -> JobDetail:
    """Return a job that this person may see; others' are not there.

    Raises:
        NotThere: There is none.
    """
    found = get_detail(house, id)
    if who.role != "admin" and found.job.by != who.name:
        raise NotThere("job", id, [])
    return found
