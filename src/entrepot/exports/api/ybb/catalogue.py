"""`/api/ybb/templates`, `status-mappings`, `system-config`: what there is to know."""

from __future__ import annotations

from flask import Response

from entrepot.exports.api.blueprint import bp
from entrepot.exports.api.family import Good, say
from entrepot.exports.errors import UnknownTemplate
from entrepot.exports.ybb import catalogue as service
from entrepot.exports.ybb.catalogue import TemplateEntry
from entrepot.exports.ybb.limits import AskedLimits, SystemConfig, system_config
from entrepot.web import settings as knobs
from entrepot.web.routes import Doc, current_house, route


@route(
    bp,
    "GET",
    "/ybb/templates",
    Doc(data=Good[dict[str, dict[str, TemplateEntry]]], is_bare=True),
)
def list_ybb_templates() -> Response:
    """List the templates of every type with their columns and limits."""
    return say(service.list_templates())


@route(
    bp,
    "GET",
    "/ybb/templates/<export_type>",
    Doc(
        data=Good[dict[str, TemplateEntry]],
        errors=(UnknownTemplate,),
        path_examples={"export_type": "participants"},
        is_bare=True,
    ),
)
def get_ybb_templates(export_type: str) -> Response:
    """List the templates of one type: participants, payments or ambassadors."""
    return say(service.templates_of(export_type))


@route(
    bp,
    "GET",
    "/ybb/status-mappings",
    Doc(data=Good[dict[str, dict[str, str]]], is_bare=True),
)
def list_status_mappings() -> Response:
    """List the words that stand for codes in the files."""
    return say(service.list_mappings())


@route(bp, "GET", "/ybb/system-config", Doc(data=Good[SystemConfig], is_bare=True))
def get_system_config() -> Response:
    """Say every limit: of requests, files, chunks and their time."""
    house = current_house()
    settings = house.settings
    web = AskedLimits(
        bytes=settings[knobs.MAX_CONTENT_LENGTH],
        seconds=settings[knobs.REQUEST_TIMEOUT],
        per_minute=settings[knobs.RATE_LIMIT],
        at_once=settings[knobs.MAX_CONCURRENT],
    )
    return say(system_config(house, web))
