"""Names in paths: `<name:table>` gives the name as the database has it."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask
from werkzeug.exceptions import BadRequest
from werkzeug.routing import BaseConverter

from entrepot.base.errors import Invalid
from entrepot.base.names import decode_name, encode_name


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


def path_name(name: str) -> str:
    """Return a name as it stands in a path, tilde- and percent-encoded."""
    return quote(encode_name(name), safe="~:")


def install(app: Flask) -> None:
    """Let the routes of `app` use `<name:…>`."""
    app.url_map.converters["name"] = NameConverter
