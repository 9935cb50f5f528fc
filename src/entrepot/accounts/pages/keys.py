"""API keys."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from entrepot.accounts import keys
from entrepot.accounts.api.keys import WHO, get_seen
from entrepot.accounts.api.users import bounded
from entrepot.accounts.pages.auth import render_account
from entrepot.accounts.pages.blueprint import bp
from entrepot.accounts.pages.users import read_role, render_users
from entrepot.accounts.spec import NewKey
from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.identity import Identity
from entrepot.web import problems
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house


@bp.post("/account/keys")
@needs("viewer")
def make_key() -> Response:
    """Make an API key of one's own, and show it this once."""
    who, form = require("viewer", via=WHO), request.form
    try:
        new = keys.make_key(
            current_house(),
            name=form.get("name", "").strip(),
            role=read_role(form.get("role", "viewer")),
            scopes=form.get("scopes", "").split(),
            days=_days(form.get("days", "")),
            user_id=who.user_id,
        )
    except EntrepotError as error:
        return _back(who, error=error)
    return _back(who, new=new)


@bp.get("/account/keys/<int:id>/revoke")
@needs("viewer")
def ask_revoke_key(id: int) -> str:
    """Ask before a key is revoked or replaced."""
    key = get_seen(bounded(id), require("viewer", via=WHO))
    return render_template("accounts/revoke_key.html", key=key)


@bp.post("/account/keys/<int:id>/revoke")
@needs("viewer")
def revoke_key(id: int) -> Response:
    """Revoke a key."""
    who = require("viewer", via=WHO)
    get_seen(bounded(id), who)
    keys.revoke_key(current_house(), bounded(id))
    return _back(who)


@bp.post("/account/keys/<int:id>/replace")
@needs("viewer")
def replace_key(id: int) -> Response:
    """Revoke a key, and show the one in its place this once."""
    who = require("viewer", via=WHO)
    get_seen(bounded(id), who)
    try:
        new = keys.replace_key(current_house(), bounded(id))
    except EntrepotError as error:
        return _back(who, error=error)
    return _back(who, new=new)


def _days(text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdecimal() or len(text) > 6:
        raise Invalid(f"days: {text[:40]!r} is not a whole number")
    return int(text)


def _back(
    who: Identity, *, new: NewKey | None = None, error: EntrepotError | None = None
) -> Response:
    """Show the page the form stands on: admins' has everybody's keys."""
    problem = problems.describe(error) if error else None
    status = problems.status_of(error) if error else 201 if new else 200
    if request.form.get("back") == "users" and who.role == "admin":
        return render_users(new_key=new, key_problem=problem, status=status)
    return render_account(new_key=new, problem=problem, status=status)
