"""The blueprint of this room's API."""

from flask import Blueprint

bp = Blueprint("jobs_api", __name__)
