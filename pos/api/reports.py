"""The X report: the figures of the open shift, with the cash only for those who may see money."""

from flask import Blueprint, Response, jsonify

from commerce.web.identity import register
from pos.api.bodies import ReadingBody, read_body
from pos.device import current_till
from pos.reading import x_figures


def install(blueprint: Blueprint) -> None:
    """Add this view."""
    blueprint.add_url_rule("/api/report", "api_report", report, methods=["POST"])


@register
def report() -> Response:
    """Return the figures of the open shift as the clerk, or the manager beside them, may see them."""
    asked = read_body(ReadingBody)
    return jsonify(report=x_figures(current_till(), badge=asked.badge, approval=asked.approval))
