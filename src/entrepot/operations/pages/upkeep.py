"""Pages: which migrations are applied, and the backups."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError
from entrepot.operations import settings as knobs
from entrepot.operations.backups import keeping, now
from entrepot.operations.backups.keeping import Backup
from entrepot.operations.backups.now import UnderWay
from entrepot.operations.migrations.status import MigrationStatus, migration_status
from entrepot.operations.pages.blueprint import bp
from entrepot.web import problems
from entrepot.web.guard import needs
from entrepot.web.routes import current_house


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupsPage:
    """The backups, and what just happened to one of them.

    Attributes:
        told: What was done to `subject` just now.
        problem: Why it could not be done.
    """

    backups: list[Backup]
    folder: str
    kept_count: int
    under_way: UnderWay
    description: str = ""
    subject: str = ""
    told: str = ""
    problem: dict[str, object] | None = None


@bp.get("/database/migrations")
@needs("admin")
def migrations() -> str:
    """Show which migrations are applied, and how to apply the others."""
    status: MigrationStatus = migration_status(current_house())
    return render_template("operations/migrations.html", page=status)


@bp.get("/database/backups")
@needs("admin")
def backups() -> str:
    """List the backups."""
    return _render(subject=request.args.get("made", ""))


@bp.post("/database/backups")
@needs("admin")
def make_backup() -> Response | tuple[str, int]:
    """Let a worker make a backup; where there is none, make it while one waits."""
    house = current_house()
    description = request.form.get("description", "").strip()
    try:
        if now.list_under_way(house).is_worker_there or now.is_large(house):
            now.back_up_in_background(house, description=description)
            return redirect(url_for("operations_pages.backups"), code=303)
        made = now.back_up_now(house, description=description)
    except EntrepotError as error:
        return _with_problem(error, description=description)
    return redirect(url_for("operations_pages.backups", made=made.name), code=303)


@bp.post("/database/backups/<name:name>/verify")
@needs("admin")
def verify_backup(name: str) -> str | tuple[str, int]:
    """Read a backup whole and show whether it is as it was written."""
    found = keeping.get_backup(current_house(), name)
    try:
        keeping.verify_backup(Path(found.path))
    except EntrepotError as error:
        return _with_problem(error, subject=name)
    return _render(subject=name, told="verified")


@bp.get("/database/backups/<name:name>/remove")
@needs("admin")
def ask_remove_backup(name: str) -> str:
    """Ask before a backup is removed."""
    found = keeping.get_backup(current_house(), name)
    return render_template("operations/remove_backup.html", backup=found)


@bp.post("/database/backups/<name:name>/remove")
@needs("admin")
def remove_backup(name: str) -> Response:
    """Remove a backup."""
    keeping.remove_backup(current_house(), name)
    return redirect(url_for("operations_pages.backups"), code=303)


def _with_problem(
    error: EntrepotError, *, subject: str = "", description: str = ""
) -> tuple[str, int]:
    problem = problems.describe(error)
    page = _render(subject=subject, description=description, problem=problem)
    return page, problems.status_of(error)


def _render(
    *,
    subject: str = "",
    told: str = "",
    description: str = "",
    problem: dict[str, object] | None = None,
) -> str:
    house = current_house()
    page = BackupsPage(
        backups=keeping.list_backups(house),
        folder=str(keeping.folder_of(house)),
        kept_count=house.settings[knobs.BACKUPS_KEPT],
        under_way=now.list_under_way(house),
        description=description,
        subject=subject,
        told=told,
        problem=problem,
    )
    return render_template("operations/backups.html", page=page)
