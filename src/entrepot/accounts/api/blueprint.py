"""The blueprint that this face's modules add to."""

from flask import Blueprint

bp = Blueprint("accounts_api", __name__)
