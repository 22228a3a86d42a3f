"""The words of the receipt about goods that were taken back."""

from flask_babel import gettext as _

from commerce.kernel.money import Money
from commerce.orders.returns.reasons import reason_name
from commerce.orders.returns.rows import ReturnLineRow
from commerce.orders.rows import OrderLineRow
from commerce.park.queries.merchants import MerchantCard
from commerce.registers.returned import ReturnReceipt
from commerce.web.formats import moment, money
from commerce.web.languages import language
from pos.wording import LineWords, ReceiptWords, receipt_heading, tender_name


def return_words(
    paper: ReturnReceipt, *, merchant: MerchantCard, copy: int, clerk: str
) -> ReceiptWords:
    """Return what the receipt of a return says; `copy` numbers a copy, 0 is the receipt itself.

    The lines with the delivery are what the goods were sold for. Where less goes back, because the
    desk had given some of it back before, the sums say so.
    """
    currency = paper.order.currency
    lines = tuple(_line(line, back, currency) for line, back in paper.lines)
    tax = Money(sum(back.tax_minor for _sold, back in paper.lines), currency)
    return ReceiptWords(
        heading=receipt_heading(merchant, paper.store),
        marks=(
            _("Goods taken back"),
            *((_("Copy %(number)s", number=copy),) if copy else ()),
        ),
        about=(
            (_("Return"), paper.number),
            (_("Taken back at"), moment(paper.at)),
            (_("Till"), paper.register.name_in(language())),
            *(((_("Served by"), clerk),) if clerk else ()),
            (_("Order number"), paper.order.number),
        ),
        lines=lines,
        sums=_sums(paper),
        total=(_("Given back"), money(paper.refunded)),
        tenders=tuple((_way(tender), money(amount)) for tender, amount in paper.tenders),
        taxes=((_("Tax in it"), money(tax)),) if tax else (),
        farewell=(_("The money goes back the way it was paid."),),
        code=paper.number,
    )


def _line(line: OrderLineRow, back: ReturnLineRow, currency: str) -> LineWords:
    worth = Money(back.net_minor + back.tax_minor, currency)
    about = (
        line.variant_name,
        _("%(count)s pieces", count=back.accepted) if back.accepted > 1 else "",
        reason_name(back.reason, language()),
    )
    return LineWords(line.name, money(worth), tuple(filter(None, about)), ())


def _sums(paper: ReturnReceipt) -> tuple[tuple[str, str], ...]:
    goods = sum(back.net_minor + back.tax_minor for _sold, back in paper.lines)
    lacking = Money(goods, paper.order.currency) + paper.delivery - paper.refunded
    rows = []
    if paper.delivery:
        rows.append((_("Delivery"), money(paper.delivery)))
    if lacking:
        rows.append((_("Given back before"), money(-lacking)))
    return tuple(rows)


def _way(tender: str) -> str:
    return _("Online payment") if tender == "online" else tender_name(tender)
