"""Templates that people keep, with all their versions, beside those that ship."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from entrepot.base.errors import NotThere
from entrepot.base.house import House
from entrepot.exports.models import Template, TemplateVersion
from entrepot.exports.template.document import TemplateDocument
from entrepot.exports.template.reading import Syntax, check_template, parse_template
from entrepot.exports.template.shipped import (
    is_shipped,
    shipped_names,
    shipped_template,
    shipped_text,
)

_CREATOR = "entrepot"
_VERSION = re.compile(r"[1-9]\d{0,8}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateLine:
    """A template in a list.

    Attributes:
        version: The newest.
        is_shipped: It came with the program: it can be copied, not changed.
        updated_at: When its newest version was made; None of those that ship.
        problem: Why it cannot be used; empty if it can.
    """

    name: str
    version: int
    title: str
    description: str
    format: str
    sheet_count: int
    column_count: int
    is_shipped: bool
    created_by: str
    updated_at: datetime | None
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version of a template, without its text."""

    version: int
    note: str
    created_by: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTemplate:
    """One version of a template, as it was written."""

    name: str
    version: int
    syntax: Syntax
    text: str
    note: str
    is_shipped: bool
    created_by: str
    created_at: datetime | None

    def document(self) -> TemplateDocument:
        """Return what the text says.

        Raises:
            InvalidTemplate: It was written for another release of the program.
        """
        if self.is_shipped:
            return shipped_template(self.name)
        return parse_template(self.text, self.syntax)


def list_templates(house: House) -> list[TemplateLine]:
    """Return the newest version of every template, by name."""
    kept = [_shipped(name) for name in shipped_names()]
    wanted = _every().where(TemplateVersion.version == Template.version)
    with house.store.read_session() as session:
        kept += [kept_template(t, v) for t, v in session.execute(wanted)]
    return sorted(map(_line, kept), key=lambda line: line.name)


def get_template(house: House, name: str) -> KeptTemplate:
    """Return a template's newest version, or the one that `name@version` names.

    Raises:
        NotThere: There is no such template, or no such version of it.
    """
    plain, _, version = name.partition("@")
    if "@" in name and not _VERSION.fullmatch(version):
        raise NotThere("version of the template", version, [])
    if is_shipped(plain):
        if version not in ("", "1"):
            raise NotThere("version of the template", version, ["1"])
        return _shipped(plain)
    with house.store.read_session() as session:
        return kept_template(*find_row(session, plain, version))


def list_versions(house: House, name: str) -> list[VersionLine]:
    """Return all versions of a template, newest first, without their texts.

    Raises:
        NotThere: There is no such template.
    """
    if is_shipped(name):
        return [_version_line(_shipped(name))]
    wanted = _every().where(Template.name == name)
    wanted = wanted.order_by(TemplateVersion.version.desc())
    with house.store.read_session() as session:
        found = [kept_template(t, v) for t, v in session.execute(wanted)]
        if not found:
            find_row(session, name)  # says that it is not there
        return list(map(_version_line, found))


def compare_versions(house: House, name: str, old: int, new: int) -> list[str]:
    """Return what differs between two versions, as lines of a unified diff.

    Raises:
        NotThere: There is no such template or version.
    """
    one, other = (get_template(house, f"{name}@{number}") for number in (old, new))
    return list(
        difflib.unified_diff(
            one.text.splitlines(),
            other.text.splitlines(),
            f"{name}@{old}",
            f"{name}@{new}",
            lineterm="",
        )
    )


def find_row(
    session: Session, name: str, version: str = ""
) -> tuple[Template, TemplateVersion]:
    """Return a kept template and one of its versions, the newest if none is named.

    Raises:
        NotThere: There is no such template, or no such version of it.
    """
    number = int(version) if version else Template.version
    wanted = _every().where(Template.name == name, TemplateVersion.version == number)
    row = session.execute(wanted).one_or_none()
    if row is not None:
        template, kept = row
        return template, kept
    known = [*shipped_names(), *session.scalars(select(Template.name))]
    if name not in known:
        raise NotThere("template", name, known)
    newest = session.scalar(select(Template.version).where(Template.name == name))
    numbers = [str(number + 1) for number in range(newest or 0)]
    raise NotThere(f"version of the template {name}", version, numbers)


def kept_template(template: Template, version: TemplateVersion) -> KeptTemplate:
    """Return what the rows of a template say."""
    return KeptTemplate(
        name=template.name,
        version=version.version,
        syntax=cast("Syntax", version.syntax),
        text=version.text,
        note=version.note,
        is_shipped=False,
        created_by=version.created_by,
        created_at=version.created_at,
    )


def _every() -> Select[Template, TemplateVersion]:
    return select(Template, TemplateVersion).join(
        TemplateVersion, TemplateVersion.template_id == Template.id
    )


def _shipped(name: str) -> KeptTemplate:
    return KeptTemplate(
        name=name,
        version=1,
        syntax="toml",
        text=shipped_text(name),
        note="came with the program",
        is_shipped=True,
        created_by=_CREATOR,
        created_at=None,
    )


def _line(kept: KeptTemplate) -> TemplateLine:
    checked = check_template(kept.text, kept.syntax)
    document = checked.template or TemplateDocument(name=kept.name)
    return TemplateLine(
        name=kept.name,
        version=kept.version,
        title=document.title,
        description=document.description,
        format=document.format,
        sheet_count=len(document.sheets),
        column_count=sum(len(sheet.columns) for sheet in document.sheets),
        is_shipped=kept.is_shipped,
        created_by=kept.created_by,
        updated_at=kept.created_at,
        problem=str(checked.mistakes[0].message) if checked.mistakes else "",
    )


def _version_line(kept: KeptTemplate) -> VersionLine:
    return VersionLine(
        version=kept.version,
        note=kept.note,
        created_by=kept.created_by,
        created_at=kept.created_at,
    )
