"""The blueprint of this room's pages."""

from flask import Blueprint

bp = Blueprint("jobs_pages", __name__, template_folder="../templates")
