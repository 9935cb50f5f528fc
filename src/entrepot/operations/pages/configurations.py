"""`/settings`: every setting, where it comes from, and values to change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from entrepot.base import ground_settings as ground
from entrepot.base.errors import EntrepotError
from entrepot.operations.configurations import keeping as service
from entrepot.operations.configurations import overview
from entrepot.operations.configurations.keeping import Change
from entrepot.operations.configurations.overview import Group
from entrepot.operations.pages.blueprint import bp
from entrepot.web import problems, shell
from entrepot.web import settings as web_knobs
from entrepot.web.guard import needs
from entrepot.web.routes import current_house

Problem = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A change that is being written, or was refused.

    Attributes:
        key: Of the setting or value; empty where nothing is being changed.
        text: What was written; never a secret's.
    """

    key: str = ""
    text: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsPage:
    """The settings that were asked for, and the one that is being changed.

    Attributes:
        changed: What was changed just now.
        skipped_count: Rows that do not hold.
    """

    groups: list[Group]
    q: str
    only: str
    form: Form
    changed: str
    total: int
    pending_count: int
    skipped_count: int

    @property
    def count(self) -> int:
        """Return how many lines are shown."""
        return sum(len(group.settings) + len(group.values) for group in self.groups)

    @property
    def has_place(self) -> bool:
        """Tell whether what is being changed has a line on the page."""
        key = self.form.key
        settings = (line for group in self.groups for line in group.settings)
        values = (value.key for group in self.groups for value in group.values)
        return key in {n for s in settings for n in (s.name, s.variable)} | {*values}


@bp.get("/settings")
@needs("admin")
def settings() -> str:
    """Show the settings, with a form for the one to be changed."""
    return _render(Form(key=request.args.get("change", "")))


@bp.post("/settings/<name:key>")
@needs("admin")
def change_setting(key: str) -> Response | tuple[str, int]:
    """Keep the form's value, or remove what is kept."""
    house, text = current_house(), request.form.get("value", "")
    try:
        if request.form.get("action") == "remove":
            service.remove_configuration(house, key)
        else:
            service.set_configuration(house, key, Change(value=text))
    except EntrepotError as error:
        shown = "" if overview.is_secret(house, key) else text
        form = Form(key=key, text=shown, problem=problems.describe(error))
        return _render(form), problems.status_of(error)
    place = url_for("operations_pages.settings", changed=key, _anchor=f"row-{key}")
    return redirect(place, code=303)


def _render(form: Form) -> str:
    q, only = request.args.get("q", "").strip(), request.args.get("only", "")
    found = overview.find_settings(current_house(), q, only_set=only == "set")
    groups = overview.group_settings(found, _heading)
    page = SettingsPage(
        groups=groups,
        q=q,
        only=only,
        form=_placed(form, groups),
        changed=request.args.get("changed", ""),
        total=found.total,
        pending_count=found.pending_count,
        skipped_count=found.skipped_count,
    )
    return render_template("operations/settings.html", page=page)


def _placed(form: Form, groups: list[Group]) -> Form:
    """Return the form at the line of its setting, which another name may mean."""
    for line in (line for group in groups for line in group.settings):
        if form.key in line.aliases:
            return replace(form, key=line.variable)
    return form


def _heading(name: str) -> str:
    if name in {setting.name for setting in ground.SETTINGS}:
        return "House and database"
    if name in {setting.name for setting in web_knobs.SETTINGS}:
        return "Web"
    return name.partition("_")[0].capitalize()


shell.PLACES.append(
    shell.Place(
        label="Settings",
        endpoint="operations_pages.settings",
        icon="gear",
        group="House",
        order=45,
    )
)
