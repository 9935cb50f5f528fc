"""Templates that people make, change, copy and remove."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from entrepot.base.errors import Conflict, InvalidValue
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.exports.events import TemplateChanged, TemplateCreated, TemplateDeleted
from entrepot.exports.models import Template, TemplateVersion
from entrepot.exports.template.errors import ShippedTemplate
from entrepot.exports.template.library import (
    KeptTemplate,
    find_row,
    get_template,
    kept_template,
)
from entrepot.exports.template.reading import Syntax, parse_template, syntax_of
from entrepot.exports.template.renaming import renamed
from entrepot.exports.template.shipped import is_shipped


def create_template(
    house: House, text: str, *, by: str, syntax: Syntax | None = None, note: str = ""
) -> KeptTemplate:
    """Keep a new template under the name that its text says.

    Raises:
        InvalidTemplate: The text has mistakes.
        Conflict: There is a template of that name.
    """
    syntax = syntax or syntax_of(text)
    name = parse_template(text, syntax).name
    if is_shipped(name):
        raise _is_taken(name)
    at = now()
    template = Template(
        name=name, version=1, created_by=by, created_at=at, updated_at=at
    )
    try:
        with house.store.session() as session:
            session.add(template)
            session.flush()  # for its id, and to learn who was faster
            version = _version(template, syntax, text, note, by)
            session.add(version)
            emit(TemplateCreated(name=name, by=by))
            return kept_template(template, version)
    except IntegrityError as error:
        raise _is_taken(name) from error


def change_template(
    house: House,
    name: str,
    text: str,
    *,
    by: str,
    syntax: Syntax | None = None,
    note: str = "",
    after: int | None = None,
) -> KeptTemplate:
    """Keep a new version of a template; a text that is the same makes none.

    Args:
        after: The version that was changed; refused if it is not the newest.

    Raises:
        InvalidTemplate, InvalidValue: The text has mistakes, or says another name.
        ShippedTemplate: It came with the program.
        Conflict: Somebody else made a version in the meantime.
        NotThere: There is no such template.
    """
    syntax = syntax or syntax_of(text)
    _check_change(name, parse_template(text, syntax).name)
    try:
        with house.store.session() as session:
            template, newest = find_row(session, name)
            if after not in (None, template.version):
                raise _changed_meanwhile(name)
            if (newest.text, newest.syntax) == (text, syntax):
                return kept_template(template, newest)
            template.version += 1
            template.updated_at = now()
            version = _version(template, syntax, text, note, by)
            session.add(version)
            session.flush()  # to learn who was faster
            emit(TemplateChanged(name=name, version=template.version, by=by))
            return kept_template(template, version)
    except IntegrityError as error:
        raise _changed_meanwhile(name) from error


def copy_template(house: House, name: str, to: str, *, by: str) -> KeptTemplate:
    """Keep a template's text under another name; `name@version` copies that one.

    Raises:
        NotThere: There is no such template.
        InvalidTemplate, Conflict: The new name cannot be, or is another's.
    """
    kept = get_template(house, name)
    text = renamed(kept.text, kept.syntax, to)
    note = f"a copy of {kept.name}@{kept.version}"
    return create_template(house, text, by=by, syntax=kept.syntax, note=note)


def delete_template(house: House, name: str, *, by: str) -> None:
    """Remove a template with all its versions; files made by it stay.

    Raises:
        ShippedTemplate: It came with the program.
        NotThere: There is no such template.
    """
    _check_change(name, name)
    with house.store.session() as session:
        template, _ = find_row(session, name)
        of_it = TemplateVersion.template_id == template.id
        session.execute(delete(TemplateVersion).where(of_it))
        session.delete(template)
        emit(TemplateDeleted(name=name, version=template.version, by=by))


def _version(
    template: Template, syntax: Syntax, text: str, note: str, by: str
) -> TemplateVersion:
    return TemplateVersion(
        template_id=template.id,
        version=template.version,
        syntax=syntax,
        text=text,
        note=note,
        created_by=by,
        created_at=template.updated_at,
    )


def _check_change(name: str, said: str) -> None:
    if is_shipped(name):
        raise ShippedTemplate(
            f"{name} came with the program, and stays as it is",
            hint="copy it under another name and change the copy",
        )
    if said != name:
        raise InvalidValue(
            f"the text says the name {said!r}, and not {name!r}",
            hint="a template keeps its name; copy it to have it under another",
        )


def _is_taken(name: str) -> Conflict:
    return Conflict(
        f"there is a template {name!r} already",
        hint="choose another name in the text, or make a new version of that one",
    )


def _changed_meanwhile(name: str) -> Conflict:
    return Conflict(
        f"somebody else made a new version of {name} in the meantime",
        hint="look at the newest version, and change that",
    )
