"""The pages of an enrolled till: the till itself, and what is printed from the browser."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy import Connection

from commerce.kernel.errors import NotFoundError
from commerce.registers.errors import RegisterClosedError
from commerce.registers.queries import open_shift_of, shift_by_id, till_sale_by_id
from commerce.registers.receipts import receipt_of
from commerce.registers.returned import return_receipt
from commerce.registers.rows import ShiftRow
from commerce.web.identity import register
from commerce.web.languages import language
from commerce.web.pages import Page
from commerce.web.services import services
from pos.device import current_till
from pos.handing import handed_over
from pos.people import called, names_of
from pos.phrases import phrases
from pos.reading import x_figures
from pos.report_words import report_words
from pos.returned_words import return_words
from pos.wording import receipt_heading, receipt_words, store_name


def install(blueprint: Blueprint) -> None:
    """Add these pages."""
    blueprint.add_url_rule("/", "till", till)
    blueprint.add_url_rule("/receipts/<uuid:sale_id>", "receipt", receipt)
    blueprint.add_url_rule("/returns/<uuid:return_id>", "returned", returned)
    blueprint.add_url_rule("/collected/<uuid:fulfilment_id>", "collected", collected)
    blueprint.add_url_rule("/reports/x", "x_report", x_report, methods=["GET", "POST"])
    blueprint.add_url_rule("/reports/<uuid:shift_id>", "z_report", z_report)


@register
def till() -> Response:
    """Show the till: a page that sells, and the only one that may ask for the camera, to scan with."""
    here = current_till()
    response = make_response(
        render_template(
            "till/till.html",
            page=_page(f"{store_name(here.store)} · {here.register.name_in(language())}"),
            boot={
                "language": language(),
                "phrases": phrases(),
                "icons": services().assets.url("vendor/icons.svg"),
                "register": str(here.register.id),
                "release": services().assets.version,
                "heading": receipt_heading(here.merchant, here.store),
            },
        )
    )
    response.headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()"
    return response


@register
def receipt(sale_id: UUID) -> str:
    """Show a receipt as it is printed on 80 mm paper; `?copy=` numbers a copy that is printed at once."""
    here = current_till()
    with services().database.reading(here.scope) as connection:
        row = till_sale_by_id(connection, sale_id=sale_id)
        if row is None or row.register_id != here.register.id:
            raise NotFoundError
        found = receipt_of(connection, merchant=here.merchant, sale_id=sale_id)
        (clerk,) = called(connection, here, found.clerk_id)
    words = receipt_words(found, copy=request.args.get("copy", 0, type=int), clerk=clerk)
    return render_template(
        "till/receipt.html",
        page=_page(found.number),
        receipt=found,
        words=words,
        prints_now="copy" in request.args,
    )


@register
def returned(return_id: UUID) -> str:
    """Show the receipt of a return on 80 mm paper; `?copy=` numbers a copy."""
    here = current_till()
    with services().database.reading(here.scope) as connection:
        found = return_receipt(connection, return_id=return_id)
        if found.register.id != here.register.id:
            raise NotFoundError
        (clerk,) = called(connection, here, found.clerk_id)
    copy = request.args.get("copy", 0, type=int)
    words = return_words(found, merchant=here.merchant, copy=copy, clerk=clerk)
    return render_template("till/receipt.html", page=_page(found.number), words=words)


@register
def collected(fulfilment_id: UUID) -> str:
    """Show the slip of goods that were handed over as it is printed on 80 mm paper."""
    here = current_till()
    with services().database.reading(here.scope) as connection:
        words = handed_over(connection, here, fulfilment_id)
    return render_template("till/receipt.html", page=_page(words.code), words=words)


@register
def x_report() -> str:
    """Show the open shift's figures on 80 mm paper.

    The till's page posts the clerk's badge; an address that is merely opened tells no cash.
    """
    here = current_till()
    badge, approval = (request.form.get(name, "") for name in ("badge", "approval"))
    figures = x_figures(here, badge=badge, approval=approval)
    with services().database.reading(here.scope) as connection:
        shift = open_shift_of(connection, register_id=here.register.id)
        if shift is None:
            raise RegisterClosedError
        return _report(connection, shift, figures)


@register
def z_report(shift_id: UUID) -> str:
    """Show a closed shift's frozen figures on 80 mm paper."""
    here = current_till()
    with services().database.reading(here.scope) as connection:
        shift = shift_by_id(connection, register_id=here.register.id, shift_id=shift_id)
        if shift is None or shift.report is None:
            raise NotFoundError
        return _report(connection, shift, shift.report)


def _report(connection: Connection, shift: ShiftRow, figures: dict[str, Any]) -> str:
    here = current_till()
    people = names_of(connection, here, shift.opened_by, shift.closed_by)
    words = report_words(figures, till=here, people=people)
    return render_template(
        "till/report.html",
        page=_page(words.title),
        words=words,
        prints_now=request.method == "POST",  # "Print" was pressed; a link only shows it
    )


def _page(title: str) -> Page:
    return Page(
        title=title,
        alternates={code: f"/language/{code}?next={request.path}" for code in ("en", "zh")},
    )
