"""The X report: the figures of the open shift, without the cash that a blind count must not see."""

from typing import Any

from flask import Blueprint, Response, jsonify

from commerce.kernel.clock import utc_now
from commerce.registers.errors import RegisterClosedError
from commerce.registers.queries import open_shift_of
from commerce.registers.report import shift_report
from commerce.web.identity import register
from commerce.web.services import services
from pos.device import current_till

_TOLD_AFTER_THE_COUNT = ("expected_minor",)


def install(blueprint: Blueprint) -> None:
    """Add this view."""
    blueprint.add_url_rule("/api/report", "api_report", report)


@register
def report() -> Response:
    """Return the figures of the open shift, but not what the drawer should hold."""
    till = current_till()
    with services().database.reading(till.scope) as connection:
        shift = open_shift_of(connection, register_id=till.register.id)
        if shift is None:
            raise RegisterClosedError
        figures = shift_report(connection, shift=shift, counted=None, at=utc_now())
    return jsonify(report=without_expectation(figures))


def without_expectation(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the figures without what a blind count would be compared with."""
    return {name: value for name, value in figures.items() if name not in _TOLD_AFTER_THE_COUNT}
