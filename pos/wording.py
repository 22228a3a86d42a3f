"""The words of a receipt in the page's language, with every amount written out."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _

from commerce.inventory.rows import LocationRow
from commerce.kernel.money import Money
from commerce.park.queries.merchants import MerchantCard
from commerce.registers.receipts import ProvisionalPaper, Receipt, ReceiptLine, ReceiptTender
from commerce.web.formats import difference, moment, money, percent
from commerce.web.languages import language
from pos.phrases import DISCOUNT_REASONS


@dataclass(frozen=True, slots=True)
class LineWords:
    """A line at its full price, what stands beneath it, and what was taken off it, if anything."""

    name: str
    amount: str
    about: tuple[str, ...]
    less: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReceiptWords:
    """A receipt as rows of text: (left, right) pairs under their headings."""

    heading: tuple[str, ...]
    marks: tuple[str, ...]
    """Said in large letters: a copy, a void."""
    about: tuple[tuple[str, str], ...]
    lines: tuple[LineWords, ...]
    sums: tuple[tuple[str, str], ...]
    """What is added to the lines before the total."""
    total: tuple[str, str]
    tenders: tuple[tuple[str, str], ...]
    taxes: tuple[tuple[str, str], ...]
    farewell: tuple[str, ...]
    code: str
    """What is printed as a code, so that the receipt can be scanned; nothing while it has no number."""


def store_name(store: LocationRow) -> str:
    """Return what a store is called in the page's language, or in the other where that is blank."""
    return (store.name_zh if language() == "zh" else store.name) or store.name or store.name_zh


def receipt_heading(merchant: MerchantCard, store: LocationRow) -> tuple[str, ...]:
    """Return what stands on top of a receipt: who sells, and where."""
    zh = language() == "zh"
    rows = (
        merchant.name_in(language()),
        store_name(store),
        store.address_zh if zh else store.address,
        store.phone,
    )
    return tuple(filter(None, rows))


def receipt_words(receipt: Receipt, *, copy: int, clerk: str) -> ReceiptWords:
    """Return what the receipt says; `copy` numbers a copy, 0 is the receipt itself.

    The amounts at the right edge add up: lines at full price, less what was taken off each, and
    what comes on top, are the total.
    """
    return ReceiptWords(
        heading=receipt_heading(receipt.merchant, receipt.store),
        marks=tuple(_marks(receipt, copy)),
        about=(
            (_("Receipt"), receipt.number or _("not finished")),
            (_("Sold at"), moment(receipt.at)),
            (_("Till"), _register(receipt)),
            *(((_("Served by"), clerk),) if clerk else ()),
            (_("Order number"), receipt.order_number),
            *(row for paper in receipt.provisional for row in _paper(paper)),
        ),
        lines=tuple(_line(line) for line in receipt.lines),
        sums=tuple(_sums(receipt)),
        total=_total(receipt),
        tenders=tuple(pair for tender in receipt.tenders for pair in _tender(tender)),
        taxes=tuple(
            (
                _("VAT %(rate)s on %(net)s", rate=percent(float(tax.rate)), net=money(tax.net)),
                money(tax.tax),
            )
            for tax in receipt.taxes
            if tax.tax
        ),
        farewell=(_("Thank you. Keep this receipt for exchanges."),),
        code=receipt.number,
    )


def _sums(receipt: Receipt) -> list[tuple[str, str]]:
    """Return what leads from the lines to the sum in large letters."""
    rows = [(_("VAT"), money(receipt.tax_on_top))] if receipt.tax_on_top else []
    rounded = [each.rounding for each in receipt.tenders if each.rounding]
    if rounded:
        rows.append((_("Total"), money(receipt.total)))
        rows += [(_("Rounded to coins"), difference(each)) for each in rounded]
    return rows


def _total(receipt: Receipt) -> tuple[str, str]:
    """Return the sum in large letters: what was to be paid, also where coins rounded it."""
    rounded = [each.rounding for each in receipt.tenders if each.rounding]
    if not rounded:
        return _("Total"), money(receipt.total)
    return _("To pay"), money(sum(rounded, receipt.total))


def tender_name(kind: str) -> str:
    """Return what a tender is called."""
    names = {
        "cash": _("Cash"),
        "card": _("Bank card"),
        "gift_card": _("Gift card"),
        "store_credit": _("Store credit"),
    }
    return str(names.get(kind, kind))


def _register(receipt: Receipt) -> str:
    return (receipt.register_zh if language() == "zh" else receipt.register) or receipt.register


def _paper(paper: ProvisionalPaper) -> tuple[tuple[str, str], ...]:
    """Return which paper was handed out while the till had no network, and when."""
    return (
        (_("Provisional receipt"), paper.number),
        (_("Handed out at"), moment(paper.at)),
    )


def _marks(receipt: Receipt, copy: int) -> list[str]:
    marks = []
    if copy:
        marks.append(_("Copy %(number)s", number=copy))
    if receipt.voided_at is not None:
        marks.append(_("Voided"))
    if receipt.open:
        marks.append(_("Not paid"))
    return marks


def _line(line: ReceiptLine) -> LineWords:
    about = [line.variant] if line.variant else []
    if line.quantity > 1:
        about.append(f"{line.quantity} × {money(line.unit_price)}")
    return LineWords(line.name, money(line.full), tuple(about), tuple(_less(line)))


def _less(line: ReceiptLine) -> Iterator[tuple[str, str]]:
    """Tell what was taken off: each promotion by its name, then what the clerk gave."""
    for each in line.promotions:
        yield each.name_in(language()), difference(-each.amount)
    if line.by_hand:
        reason = _reason(line.discount_reason)
        yield _("Discount: %(reason)s", reason=reason), difference(-line.by_hand)


def _reason(told: str) -> str:
    """Return why something was taken off: in the page's language where the till offered the words."""
    for each in DISCOUNT_REASONS:
        with force_locale("zh"):
            offered = {each, str(_(each))}
        if told in offered:
            return str(_(each))
    return told


def _tender(tender: ReceiptTender) -> list[tuple[str, str]]:
    pairs = [(tender_name(tender.kind), money(tender.tendered))]
    if tender.change != Money.zero(tender.change.currency):
        pairs.append((_("Change due"), money(tender.change)))
    return pairs
