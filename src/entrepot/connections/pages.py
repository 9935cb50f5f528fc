"""Pages: the registered databases, to add, test and remove."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.connections import service
from entrepot.connections.parts import DIALECTS
from entrepot.connections.registry import Registered
from entrepot.connections.selftest import SelfTest, selftest_connection
from entrepot.connections.spec import Dialect, Greeting
from entrepot.web import problems, shell
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house

bp = Blueprint("connections_pages", __name__, template_folder="templates")

_PASSWORD = re.compile(r"(?<=://)([^:/@]*):.*@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields for a new connection; a password is not given back to the page."""

    name: str = ""
    url: str = ""
    password: str = field(default="", repr=False)
    description: str = ""
    allow_unsafe_role: bool = False

    @property
    def shown_url(self) -> str:
        """Return the URL without a password."""
        return _PASSWORD.sub(r"\1@", self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionsPage:
    """The registered databases, and what just happened to one of them.

    Attributes:
        tested: The connection that was asked just now, with its greeting or problem.
        problem: Why the form's connection was not added.
    """

    connections: list[Registered]
    dialects: list[Dialect]
    form: Form = field(default_factory=Form)
    problem: dict[str, object] | None = None
    tested: str = ""
    greeting: Greeting | None = None
    test_problem: dict[str, object] | None = None


@bp.get("/connections")
@needs("admin")
def index() -> str:
    """List the connections."""
    return _render(ConnectionsPage(connections=_listed(), dialects=list(DIALECTS)))


@bp.post("/connections")
@needs("admin")
def add() -> Response | tuple[str, int]:
    """Add the form's connection, or show what is wrong with it."""
    form = Form(
        name=request.form.get("name", "").strip(),
        url=request.form.get("url", "").strip(),
        password=request.form.get("password", ""),
        description=request.form.get("description", "").strip(),
        allow_unsafe_role="allow_unsafe_role" in request.form,
    )
    try:
        service.add_connection(
            current_house(),
            name=form.name,
            url=form.url,
            password=form.password or None,
            description=form.description,
            allow_unsafe_role=form.allow_unsafe_role,
            by=require("admin").name,
        )
    except EntrepotError as error:
        page = ConnectionsPage(
            connections=_listed(),
            dialects=list(DIALECTS),
            form=form,
            problem=problems.describe(error),
        )
        return _render(page), problems.status_of(error)
    return redirect(url_for("connections_pages.index"), code=303)


@bp.post("/connections/<name:name>/test")
@needs("admin")
def test(name: str) -> str:
    """Connect anew and show what the database says of itself."""
    greeting, problem = None, None
    try:
        who = require("admin").name
        greeting = service.test_connection(current_house(), name, by=who)
    except EntrepotError as error:
        problem = problems.describe(error)
    page = ConnectionsPage(
        connections=_listed(),
        dialects=list(DIALECTS),
        tested=name,
        greeting=greeting,
        test_problem=problem,
    )
    return _render(page)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTestPage:
    """What a self-test found; nothing where none has run."""

    connection: Registered
    found: SelfTest | None = None
    problem: dict[str, object] | None = None


@bp.get("/connections/<name:name>/selftest")
@needs("admin")
def ask_selftest(name: str) -> str:
    """Say what a self-test does, and offer one."""
    return _render_selftest(name)


@bp.post("/connections/<name:name>/selftest")
@needs("admin")
def selftest(name: str) -> str:
    """Try hostile statements, and show what came of them."""
    try:
        found = selftest_connection(current_house(), name, by=require("admin").name)
    except EntrepotError as error:
        return _render_selftest(name, problem=problems.describe(error))
    return _render_selftest(name, found=found)


def _render_selftest(
    name: str,
    *,
    found: SelfTest | None = None,
    problem: dict[str, object] | None = None,
) -> str:
    page = SelfTestPage(
        connection=service.get_connection(current_house(), name),
        found=found,
        problem=problem,
    )
    return render_template("connections/selftest.html", page=page)


@bp.get("/connections/<name:name>/remove")
@needs("admin")
def ask_remove(name: str) -> str:
    """Ask before a connection is removed."""
    connection = service.get_connection(current_house(), name)
    return render_template("connections/remove.html", connection=connection)


@bp.post("/connections/<name:name>/remove")
@needs("admin")
def remove(name: str) -> Response:
    """Remove a connection."""
    service.remove_connection(current_house(), name, by=require("admin").name)
    return redirect(url_for("connections_pages.index"), code=303)


def _listed() -> list[Registered]:
    return service.list_connections(current_house())


def _render(page: ConnectionsPage) -> str:
    return render_template("connections/index.html", page=page)


def _figures(house: House) -> list[shell.Figure]:
    connections = service.list_connections(house)
    kinds = sorted({connection.dialect for connection in connections})
    figure = shell.Figure(
        name="Connections",
        count=len(connections),
        note=", ".join(kinds),
        address=url_for("connections_pages.index"),
    )
    return [figure]


shell.PLACES.append(
    shell.Place(
        label="Connections",
        endpoint="connections_pages.index",
        icon="plug",
        group="House",
        letter="C",
        order=40,
    )
)
shell.CARDS.append(
    shell.Card(endpoint="connections_pages.index", load=_figures, order=20)
)
