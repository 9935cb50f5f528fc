"""The blueprint that this face's modules add to."""

from flask import Blueprint

bp = Blueprint("operations_api", __name__)
