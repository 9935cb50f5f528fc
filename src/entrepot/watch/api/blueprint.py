"""The blueprint of this room's API."""

from flask import Blueprint

bp = Blueprint("watch_api", __name__)
