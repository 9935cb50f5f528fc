"""People and their roles."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.accounts import keys, people
from entrepot.accounts.api.users import bounded
from entrepot.accounts.pages.blueprint import bp
from entrepot.accounts.settings import SESSION_HOURS
from entrepot.accounts.spec import Key, NewKey, NewPerson, Person
from entrepot.base.errors import EntrepotError, UnknownName
from entrepot.base.identity import ROLES, Role
from entrepot.web import guard, problems, shell
from entrepot.web.guard import needs
from entrepot.web.routes import current_house

MOST = 500
"""People and keys on the page; the API has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonForm:
    """The fields for somebody new."""

    email: str = ""
    first_name: str = ""
    last_name: str = ""
    role: str = "viewer"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersPage:
    """People and keys, and what just happened to one of them.

    Attributes:
        new: Somebody with a first password, shown this once.
        new_key: A key, shown this once.
        problem: Why the person was not added; `key_problem` why the key was not made.
    """

    users: list[Person]
    keys: list[Key]
    hours: int
    is_open: bool
    roles: tuple[Role, ...] = ROLES
    form: PersonForm = field(default_factory=PersonForm)
    new: NewPerson | None = None
    new_key: NewKey | None = None
    problem: dict[str, object] | None = None
    key_problem: dict[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """One person, to look at and to change."""

    user: Person
    keys: list[Key]
    roles: tuple[Role, ...] = ROLES
    new: NewPerson | None = None
    problem: dict[str, object] | None = None


@bp.get("/users")
@needs("admin")
def users() -> Response:
    """List people and keys."""
    return render_users()


@bp.post("/users")
@needs("admin")
def add_user() -> Response:
    """Add somebody, and show their first password."""
    form = PersonForm(
        email=request.form.get("email", "").strip(),
        first_name=request.form.get("first_name", "").strip(),
        last_name=request.form.get("last_name", "").strip(),
        role=request.form.get("role", "viewer"),
    )
    try:
        new = people.add_user(
            current_house(),
            email=form.email,
            role=read_role(form.role),
            first_name=form.first_name,
            last_name=form.last_name,
        )
    except EntrepotError as error:
        return render_users(
            form=form,
            problem=problems.describe(error),
            status=problems.status_of(error),
        )
    return render_users(new=new, status=201)


@bp.get("/users/<int:id>")
@needs("admin")
def user(id: int) -> Response:
    """Show one person."""
    return _render_user(id)


@bp.post("/users/<int:id>")
@needs("admin")
def change_user(id: int) -> Response:
    """Change what the form names of somebody."""
    form = request.form
    is_active = {"yes": True, "no": False}.get(form.get("active", ""))
    try:
        people.change_user(
            current_house(),
            bounded(id),
            role=read_role(form["role"]) if "role" in form else None,
            is_active=is_active,
            first_name=form.get("first_name"),
            last_name=form.get("last_name"),
        )
    except EntrepotError as error:
        return _render_user(id, error=error)
    back = url_for("accounts_pages.user", id=id)
    if form.get("back") == "users":
        back = url_for("accounts_pages.users")
    return redirect(back, code=303)


@bp.post("/users/<int:id>/password")
@needs("admin")
def set_password(id: int) -> Response:
    """Give somebody a first password again, and show it."""
    new = people.set_password(current_house(), bounded(id), is_first=True)
    return _render_user(id, new=new)


@bp.get("/users/<int:id>/remove")
@needs("admin")
def ask_remove_user(id: int) -> str:
    """Ask before somebody is removed."""
    user = people.get_user(current_house(), bounded(id))
    return render_template("accounts/remove_user.html", user=user)


@bp.post("/users/<int:id>/remove")
@needs("admin")
def remove_user(id: int) -> Response:
    """Remove somebody."""
    try:
        people.remove_user(current_house(), bounded(id))
    except EntrepotError as error:
        return _render_user(id, error=error)
    return redirect(url_for("accounts_pages.users"), code=303)


def read_role(text: str) -> Role:
    """Return the role that a form names.

    Raises:
        UnknownName: There is no such role.
    """
    if text not in ROLES:
        raise UnknownName("role", text[:40], ROLES)
    return text


def render_users(
    *,
    form: PersonForm | None = None,
    new: NewPerson | None = None,
    new_key: NewKey | None = None,
    problem: dict[str, object] | None = None,
    key_problem: dict[str, object] | None = None,
    status: int = 200,
) -> Response:
    """Show people and keys, and what just happened; nobody keeps the page."""
    house = current_house()
    page = UsersPage(
        users=people.list_users(house, limit=MOST),
        keys=keys.list_keys(house, limit=MOST, only_active=True),
        hours=house.settings[SESSION_HOURS],
        is_open=guard.is_open(),
        form=form or PersonForm(),
        new=new,
        new_key=new_key,
        problem=problem,
        key_problem=key_problem,
    )
    return _unkept(render_template("accounts/users.html", page=page), status)


def _render_user(
    id: int, *, new: NewPerson | None = None, error: EntrepotError | None = None
) -> Response:
    house = current_house()
    page = PersonPage(
        user=people.get_user(house, bounded(id)),
        keys=keys.list_keys(house, user_id=bounded(id), only_active=True),
        new=new,
        problem=problems.describe(error) if error else None,
    )
    status = problems.status_of(error) if error else 200
    return _unkept(render_template("accounts/user.html", page=page), status)


def _unkept(page: str, status: int) -> Response:
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


shell.PLACES.append(
    shell.Place(
        label="Users and keys",
        endpoint="accounts_pages.users",
        icon="users",
        group="House",
        short="Users",
        letter="U",
        order=45,
    )
)
