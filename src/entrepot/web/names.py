"""Names and numbers in paths: `<name:table>` is as the database has it."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask
from werkzeug.exceptions import BadRequest
from werkzeug.routing import BaseConverter, IntegerConverter

from entrepot.base.errors import Invalid
from entrepot.base.names import decode_name, encode_name

LARGEST = 2**63 - 1


class NameConverter(BaseConverter):
    """A tilde-encoded name as one part of a path."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """Return the decoded name; a wrong code is a bad request."""
        try:
            return decode_name(value)
        except Invalid as error:
            # While it looks for a route, Flask takes no error but its own.
            raise BadRequest(error.detail) from error

    def to_url(self, value: str) -> str:
        """Return the name for a path."""
        return path_name(value)


class NumberConverter(IntegerConverter):
    """A whole number that a database can hold: nothing has a larger id."""

    def to_python(self, value: str) -> int:
        """Return the number, or the largest there is: neither is anybody's id."""
        return min(int(super().to_python(value)), LARGEST)


def path_name(name: str) -> str:
    """Return a name as it stands in a path, tilde- and percent-encoded."""
    return quote(encode_name(name), safe="~:")


def install(app: Flask) -> None:
    """Let the routes of `app` use `<name:…>` and `<int:…>`."""
    app.url_map.converters["name"] = NameConverter
    app.url_map.converters["int"] = NumberConverter
