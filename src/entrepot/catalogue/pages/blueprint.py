"""The blueprint that this face's modules add to."""

from flask import Blueprint

bp = Blueprint("catalogue_pages", __name__, template_folder="../templates")
