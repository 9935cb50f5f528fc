"""The blueprint that this face's modules add to."""

from flask import Blueprint

bp = Blueprint("feeds_api", __name__, url_prefix="/api")
