"""Hold a document against the shape it must have, and find all that is wrong."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from entrepot.exports.template.places import Path

S = TypeVar("S", bound=Struct)

Fault = tuple[Path, str]
"""A member, or one that is not there, and what is wrong with it."""


class Shape:
    """What was found in a document.

    Attributes:
        faults: In the order of the members.
        parts: Each part, with those of its members that are right, and where it stands;
            what it needs and lacks is empty text.
    """

    def __init__(self, document: object, wanted: type[Struct]) -> None:
        self.faults: list[Fault] = []
        self.parts: list[tuple[Path, Struct]] = []
        self._is_right(document, wanted, ())

    def all_of(self, wanted: type[S]) -> list[tuple[Path, S]]:
        """Return the parts of a kind, with their paths."""
        return [(path, p) for path, p in self.parts if isinstance(p, wanted)]

    def _is_right(self, value: object, wanted: Any, path: Path) -> bool:
        before = len(self.faults)
        origin, bounds = get_origin(wanted), []
        if origin is Annotated:
            wanted, *bounds = get_args(wanted)
            origin = get_origin(wanted)
            if get_origin(wanted) is None and not _is_struct(wanted):
                return self._fits(value, _bounded(wanted, bounds), path)
        if origin in (Union, UnionType):
            return self._is_one_of(value, get_args(wanted), path, bounds)
        if origin in (list, dict):
            self._has_right_members(value, wanted, path, bounds)
        elif _is_struct(wanted):
            self._is_right_part(value, wanted, path)
        else:
            self._fits(value, wanted, path)
        return len(self.faults) == before

    def _fits(self, value: object, wanted: Any, path: Path) -> bool:
        try:
            msgspec.convert(value, wanted)
        except msgspec.ValidationError as error:
            self.faults.append((path, _words(error, wanted)))
            return False
        return True

    def _is_one_of(
        self, value: object, kinds: tuple[Any, ...], path: Path, bounds: Iterable[Any]
    ) -> bool:
        structs = [kind for kind in kinds if _is_struct(kind)]
        if value is None and NoneType in kinds:
            return True
        if not structs:
            return self._fits(value, Union[kinds], path)  # noqa: UP007  # kinds is known only here
        if len(structs) == 1:
            return self._is_right(value, structs[0], path)
        return self._is_tagged(value, structs, path)

    def _is_tagged(self, value: object, structs: list[Any], path: Path) -> bool:
        tags = {kind.__struct_config__.tag: kind for kind in structs}
        field = structs[0].__struct_config__.tag_field
        if not isinstance(value, dict):
            self.faults.append((path, f"is a table with a {field!r} among its members"))
            return False
        tag = value.get(field)
        if tag not in tags:
            said = f"is not {tag!r}" if field in value else "is missing"
            where = (*path, field) if field in value else path
            listed = ", ".join(sorted(tags))
            self.faults.append((where, f"{field!r} {said}; it is one of {listed}"))
            return False
        return self._is_right(value, tags[tag], path)

    def _has_right_members(
        self, value: object, wanted: Any, path: Path, bounds: Iterable[Any]
    ) -> None:
        origin, kinds = get_origin(wanted), get_args(wanted)
        loose = list[Any] if origin is list else dict[str, Any]
        if not self._fits(value, _bounded(loose, bounds), path):
            return
        if isinstance(value, dict):
            for key, member in value.items():
                if self._fits(key, kinds[0], (*path, key)):
                    self._is_right(member, kinds[1], (*path, key))
        elif isinstance(value, list):
            for number, member in enumerate(value):
                self._is_right(member, kinds[0], (*path, number))

    def _is_right_part(self, value: object, wanted: type[Struct], path: Path) -> None:
        if not isinstance(value, dict):
            self.faults.append((path, f"is a table, not {_kind(value)}"))
            return
        config = wanted.__struct_config__
        known = get_type_hints(wanted, include_extras=True)
        good: dict[str, Any] = {}
        for name, member in value.items():
            if name == config.tag_field and member == config.tag:
                continue
            if name not in known:
                self.faults.append(((*path, name), _unknown(name, known)))
            elif self._is_right(member, known[name], (*path, name)):
                good[name] = msgspec.convert(member, known[name])
        for field in msgspec.structs.fields(wanted):
            if field.required:
                good.setdefault(field.name, "")
                if field.name not in value:
                    self.faults.append((path, f"{field.name!r} is missing here"))
        self.parts.append((path, wanted(**good)))


def _bounded(kind: Any, bounds: Iterable[Any]) -> Any:
    return Annotated[(kind, *bounds)] if bounds else kind


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _unknown(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    if close:
        return f"there is no {name!r} here; did you mean {close[0]!r}?"
    return f"there is no {name!r} here; known are {', '.join(known)}"


def _kind(value: object) -> str:
    kinds = {str: "text", bool: "true or false", int: "a number", float: "a number"}
    return {**kinds, list: "a list", dict: "a table"}.get(type(value), "this")


def _words(error: msgspec.ValidationError, wanted: Any) -> str:
    """Return what msgspec says, as the end of a sentence about the member."""
    told = [m.description for m in get_args(wanted)[1:] if isinstance(m, Meta)]
    if any(told) and "regex" in str(error):
        return f"expected {' '.join(filter(None, told))}"
    text = str(error)
    return f"{text[0].lower()}{text[1:]}"
