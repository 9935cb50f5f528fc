"""The blueprint of this room's pages."""

from flask import Blueprint

bp = Blueprint("watch_pages", __name__, template_folder="../templates")
