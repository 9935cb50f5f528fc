"""The blueprint that this face's modules add to."""

from flask import Blueprint

bp = Blueprint("feeds_pages", __name__, template_folder="../templates")
