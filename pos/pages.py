"""The pages of an enrolled till: the till itself, and what is printed from the browser."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.registers.queries import open_shift_of, shifts_of, till_sale_by_id
from commerce.registers.receipts import receipt_number, receipt_of
from commerce.registers.report import shift_report
from commerce.web.identity import register
from commerce.web.languages import language
from commerce.web.pages import Page
from commerce.web.services import services
from pos.api.reports import without_expectation
from pos.device import current_till
from pos.phrases import phrases
from pos.wording import receipt_words, tender_name


def install(blueprint: Blueprint) -> None:
    """Add these pages."""
    blueprint.add_url_rule("/", "till", till)
    blueprint.add_url_rule("/receipts/<uuid:sale_id>", "receipt", receipt)
    blueprint.add_url_rule("/reports/x", "x_report", x_report)
    blueprint.add_url_rule("/reports/<uuid:shift_id>", "z_report", z_report)


@register
def till() -> str:
    """Show the till: a page that sells."""
    here = current_till()
    return render_template(
        "till/till.html",
        page=_page(f"{here.store.name} · {here.register.name}"),
        boot={
            "language": language(),
            "phrases": phrases(),
            "icons": services().assets.url("vendor/icons.svg"),
            "register": str(here.register.id),
        },
    )


@register
def receipt(sale_id: UUID) -> str:
    """Show a receipt as it is printed on 80 mm paper; `?copy=` numbers a copy."""
    here = current_till()
    with services().database.reading(here.scope) as connection:
        row = till_sale_by_id(connection, sale_id=sale_id)
        if row is None or row.register_id != here.register.id:
            raise NotFoundError
        found = receipt_of(connection, merchant=here.merchant, sale_id=sale_id)
    words = receipt_words(found, copy=request.args.get("copy", 0, type=int))
    return render_template(
        "till/receipt.html", page=_page(found.number), receipt=found, words=words
    )


@register
def x_report() -> str:
    """Show the open shift's figures on 80 mm paper."""
    here = current_till()
    with services().database.reading(here.scope) as connection:
        shift = open_shift_of(connection, register_id=here.register.id)
        if shift is None:
            raise NotFoundError
        figures = shift_report(connection, shift=shift, counted=None, at=utc_now())
    return _report(_("X report"), without_expectation(figures))


@register
def z_report(shift_id: UUID) -> str:
    """Show a closed shift's frozen figures on 80 mm paper."""
    here = current_till()
    with services().database.reading(here.scope) as connection:
        found = shifts_of(connection, register_id=here.register.id, most=1000)
    shift = next((each for each in found if each.id == shift_id and each.report), None)
    if shift is None or shift.report is None:
        raise NotFoundError
    return _report(_("Z report %(number)s", number=shift.number), shift.report)


def _report(title: str, figures: dict[str, Any]) -> str:
    here, currency = current_till(), str(figures["currency"])
    return render_template(
        "till/report.html",
        page=_page(title),
        title=title,
        till=here,
        figures=figures,
        tender_name=tender_name,
        number=lambda receipt: receipt_number(here.register.series, receipt),
        amount=lambda minor: Money(int(minor), currency),
        at=datetime.fromisoformat,
    )


def _page(title: str) -> Page:
    return Page(
        title=title,
        alternates={code: f"/language/{code}?next={request.path}" for code in ("en", "zh")},
    )
