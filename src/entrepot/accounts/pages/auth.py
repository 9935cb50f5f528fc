"""Sign in, stay in, sign out; one's own account."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.accounts import entering, keys, people, sign_ins
from entrepot.accounts.api.auth import PEOPLE, caller_of
from entrepot.accounts.api.identify import COOKIE
from entrepot.accounts.pages.blueprint import bp
from entrepot.accounts.passwords import LONGEST_CHARACTERS, SHORTEST_CHARACTERS
from entrepot.accounts.settings import SESSION_HOURS
from entrepot.accounts.spec import Key, NewKey, PageSession, Person, SignInLine
from entrepot.base.errors import EntrepotError, Invalid
from entrepot.base.identity import ROLES, Identity, Role
from entrepot.web import guard, problems, shell
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house

LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
"""An address of our own: it names no other server, whatever a browser makes of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """The form to sign in.

    Attributes:
        next: Where to go afterwards.
        is_empty: Nobody has an account yet.
        host: What this server is called.
    """

    email: str
    next: str
    is_kept: bool
    hours: int
    is_empty: bool
    host: str
    problem: dict[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """One's own account; `user` is None for the person at this machine."""

    user: Person | None
    sign_ins: list[SignInLine]
    keys: list[Key]
    roles: tuple[Role, ...] = ROLES
    new_key: NewKey | None = None
    shortest: int = SHORTEST_CHARACTERS
    said: str = ""
    problem: dict[str, object] | None = None


HOME = "web_pages.home"


def safe_next(text: str) -> str:
    """Return where to go after signing in, which is always here; home in doubt."""
    return text if LOCAL.fullmatch(text) and len(text) <= 2000 else url_for(HOME)


@bp.get("/login")
def sign_in() -> str | Response:
    """Ask for address and password."""
    following = safe_next(request.args.get("next", ""))
    if g.get("identity") is not None and g.identity.via != "local":
        return redirect(following, code=303)
    return _render_sign_in(email="", following=following)


@bp.post("/login")
def enter() -> Response:
    """Sign in, and go on to where the person wanted to go."""
    guard.require_same_origin()
    form = request.form
    email, following = form.get("email", "")[:255], safe_next(form.get("next", ""))
    is_kept = "keep" in form
    try:
        session = entering.open_page_session(
            current_house(),
            email=email,
            password=_bounded(form.get("password", "")),
            caller=caller_of(request),
            is_kept=is_kept,
        )
    except EntrepotError as error:
        page = _render_sign_in(
            email=email,
            following=following,
            is_kept=is_kept,
            problem=problems.describe(error),
        )
        answer = make_response(page, problems.status_of(error))
        wait = error.facts.get("retry_after_seconds")
        if wait is not None:
            answer.headers["Retry-After"] = str(wait)
        return answer
    if session.user.has_first_password:
        following = url_for("accounts_pages.account", said="first")
    return _with_cookie(redirect(following, code=303), session, is_kept=is_kept)


@bp.post("/logout")
def leave() -> Response:
    """Sign out, here."""
    who: Identity | None = g.get("identity")
    if who is not None and who.via == "session":
        sign_ins.sign_out(current_house(), who.user_id or 0, who.sign_in)
    answer = redirect(url_for(HOME), code=303)
    answer.delete_cookie(
        COOKIE, secure=request.is_secure, httponly=True, samesite="Lax"
    )
    # Pages that the browser kept are not shown to whoever presses Back.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@bp.get("/account")
@needs("viewer")
def account() -> Response:
    """Show one's own account."""
    return render_account(said=request.args.get("said", ""))


@bp.post("/account/names")
@needs("viewer")
def change_names() -> Response:
    """Change one's own names."""
    who = require("viewer", via=PEOPLE)
    try:
        people.change_user(
            current_house(),
            who.user_id or 0,
            first_name=request.form.get("first_name", ""),
            last_name=request.form.get("last_name", ""),
        )
    except EntrepotError as error:
        return _account_with(error)
    return _to_account("names")


@bp.post("/account/password")
@needs("viewer")
def change_password() -> Response:
    """Change one's own password; every other browser and program is signed out."""
    who, form = require("viewer", via=PEOPLE), request.form
    try:
        if form.get("password") != form.get("again"):
            raise Invalid("the two new passwords differ")
        people.change_own_password(
            current_house(),
            who.user_id or 0,
            old=_bounded(form.get("old_password", "")),
            new=form.get("password", ""),
            keep=who.sign_in,
        )
    except EntrepotError as error:
        return _account_with(error)
    return _to_account("password")


@bp.post("/account/sessions/<id>/end")
@needs("viewer")
def end_session(id: str) -> Response:
    """Sign out in one place."""
    who = require("viewer", via=PEOPLE)
    sign_ins.sign_out(current_house(), who.user_id or 0, id)
    return _to_account("ended")


@bp.post("/account/sessions/end")
@needs("viewer")
def end_sessions() -> Response:
    """Sign out everywhere but here."""
    who = require("viewer", via=PEOPLE)
    house = current_house()
    sign_ins.sign_out_elsewhere(house, who.user_id or 0, keep=who.sign_in)
    return _to_account("ended")


def _bounded(password: str) -> str:
    return password[: LONGEST_CHARACTERS + 1]


def _with_cookie(answer: Response, session: PageSession, *, is_kept: bool) -> Response:
    answer.set_cookie(
        COOKIE,
        session.secret,
        expires=session.expires_at if is_kept else None,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _render_sign_in(
    *,
    email: str,
    following: str,
    is_kept: bool = False,
    problem: dict[str, object] | None = None,
) -> str:
    house = current_house()
    page = SignInPage(
        email=email,
        next=following,
        is_kept=is_kept,
        hours=house.settings[SESSION_HOURS],
        is_empty=people.count_users(house) == 0,
        host=request.host,
        problem=problem,
    )
    return render_template("accounts/sign_in.html", page=page)


def render_account(
    *,
    said: str = "",
    new_key: NewKey | None = None,
    problem: dict[str, object] | None = None,
    status: int = 200,
) -> Response:
    """Show one's own account, and what just happened; nobody keeps the page."""
    who, house = require("viewer"), current_house()
    user, places, own = None, [], []
    if who.user_id is not None and who.via in PEOPLE:
        user = people.get_user(house, who.user_id)
        places = sign_ins.list_sign_ins(house, who.user_id, now=who.sign_in)
        own = keys.list_keys(house, user_id=who.user_id, only_active=True)
    page = AccountPage(
        user=user,
        sign_ins=places,
        keys=own,
        said=said,
        new_key=new_key,
        problem=problem,
    )
    answer = make_response(render_template("accounts/account.html", page=page), status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _account_with(error: EntrepotError) -> Response:
    return render_account(
        problem=problems.describe(error), status=problems.status_of(error)
    )


def _to_account(said: str) -> Response:
    return redirect(url_for("accounts_pages.account", said=said), code=303)


shell.PLACELESS.add("accounts_pages.account")
