"""The words of an X or Z report in the page's language, with every amount written out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from commerce.kernel.money import Money
from commerce.registers.receipts import receipt_number
from commerce.web.formats import moment, money, percent
from commerce.web.languages import language
from pos.device import Till
from pos.wording import tender_name

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReportPart:
    """Some rows of a report under their title, which may be empty."""

    title: str
    rows: Pairs


@dataclass(frozen=True, slots=True)
class ReportWords:
    """A report as rows of text."""

    title: str
    heading: tuple[str, ...]
    marks: tuple[str, ...]
    parts: tuple[ReportPart, ...]
    remarks: tuple[str, ...]


def report_words(
    figures: dict[str, Any], *, till: Till, people: Sequence[str], copy: int = 0
) -> ReportWords:
    """Return what a report says (`commerce.registers.report`).

    Args:
        figures: of the shift.
        till: the register it was kept at.
        people: who opened the shift and who closed it; nothing for who is not known.
        copy: numbers a copy of a Z.
    """
    closed = "counted_minor" in figures
    zh = language() == "zh"
    return ReportWords(
        title=_("Z report %(number)s", number=figures["number"]) if closed else _("X report"),
        heading=(
            till.merchant.name_in(language()),
            f"{till.store.name_zh if zh else till.store.name} · {till.register.name_in(language())}",
        ),
        marks=(_("Copy %(number)s", number=copy),) if copy else (),
        parts=tuple(part for part in _parts(figures, till, people) if part.rows),
        remarks=_remarks(figures),
    )


def _parts(figures: dict[str, Any], till: Till, people: Sequence[str]) -> tuple[ReportPart, ...]:
    return (
        ReportPart("", (*_span(figures, people), *_sales(figures, till))),
        ReportPart(_("Promotions"), _promotions(figures)),
        ReportPart(_("Taxes by rate"), _taxes(figures)),
        ReportPart(_("Goods taken back"), _returns(figures)),
        ReportPart(
            _("Tenders"),
            tuple(pair for each in figures["tenders"] for pair in _tender(each, figures)),
        ),
        ReportPart(_("Drawer"), _drawer(figures)),
    )


def _span(figures: dict[str, Any], people: Sequence[str]) -> Pairs:
    opened, closed = people
    rows = (
        (_("Opened at"), moment(datetime.fromisoformat(figures["opened_at"]))),
        (_("Opened by"), opened),
        (_("Up to"), moment(datetime.fromisoformat(figures["at"]))),
        (_("Closed by"), closed),
    )
    return tuple(row for row in rows if row[1])


def _sales(figures: dict[str, Any], till: Till) -> Pairs:
    numbers = [
        receipt_number(till.register.series, figures[which])
        for which in ("first_receipt", "last_receipt")
    ]
    # A voided sale has its receipt, and is told with the voids: what is counted here was kept.
    rows = [(_("Number of sales"), str(figures["sales"] - figures["voids"]))]
    if all(numbers):
        rows.append((_("Receipts"), " – ".join(numbers)))
    rows.append((_("Number of voids"), str(figures["voids"])))
    return (*rows, *_turnover(figures))


def _turnover(figures: dict[str, Any]) -> Pairs:
    """Return the turnover so that it adds up: full prices, less what was taken off, less voids."""
    if "gross_minor" not in figures:
        return ()
    off = figures["discount_minor"]
    promoted = sum(each["amount_minor"] for each in figures.get("promotions", ()))
    coins = figures.get("rounding_minor", 0)  # a Z of before cash was rounded does not tell
    return tuple(
        (label, _amount(figures, minor))
        for label, minor in (
            (_("At full price"), figures["gross_minor"] + off),
            *(((_("Promotions"), -promoted),) if promoted else ()),
            (_("Discounts"), promoted - off),
            (_("Gross"), figures["gross_minor"]),
            (_("Voids"), -figures["voided_minor"]),
            (_("Net of voids"), figures["net_of_voids_minor"]),
            *(((_("Rounded to coins"), coins),) if coins else ()),
        )
    )


def _promotions(figures: dict[str, Any]) -> Pairs:
    """Return each promotion with the sales that made use of it; a Z of before there were any has none."""
    name = "name_zh" if language() == "zh" else "name"
    return tuple(
        (f"{each[name]} × {each['sales']}", _amount(figures, -each["amount_minor"]))
        for each in figures.get("promotions", ())
    )


def _taxes(figures: dict[str, Any], *, sign: int = 1) -> Pairs:
    return tuple(
        (
            _(
                "%(rate)s on %(net)s",
                rate=percent(float(tax["rate"])),
                net=_amount(figures, sign * tax["net_minor"]),
            ),
            _amount(figures, sign * tax["tax_minor"]),
        )
        for tax in figures.get("taxes", ())
    )


def _returns(figures: dict[str, Any]) -> Pairs:
    """Return what was taken back, of whatever receipts; a Z of before there were returns has none."""
    if not figures.get("returns"):
        return ()
    label = str(_("Returns × %(count)s", count=figures["returns"]))
    if "returned_minor" not in figures:
        return ((label, _("after the count")),)
    return (
        (label, _amount(figures, -figures["returned_minor"])),
        *_taxes({**figures, "taxes": figures["returned_taxes"]}, sign=-1),
    )


def _tender(tender: dict[str, Any], figures: dict[str, Any]) -> Pairs:
    name = f"{tender_name(tender['tender'])} × {tender['payments']}"
    if "taken_minor" not in tender:
        return ((name, _("after the count")),)
    given_back = tender["refunded_minor"]
    return (
        (name, _amount(figures, tender["taken_minor"])),
        *(((_("given back"), _amount(figures, -given_back)),) if given_back else ()),
    )


def _drawer(figures: dict[str, Any]) -> Pairs:
    rows = _amounts(
        figures,
        (_("Float"), "float_minor"),
        (_("Cash in"), "cash_in_minor"),
        (_("Cash out"), "cash_out_minor"),
        *(((_paid_back(figures), "paid_back_minor"),) if figures.get("paid_back") else ()),
        (_("Expected in the drawer"), "expected_minor"),
        (_("Counted in the drawer"), "counted_minor"),
    )
    if "difference_minor" not in figures:
        return rows
    return (*rows, (_("Over or short"), _over_or_short(figures)))


def _paid_back(figures: dict[str, Any]) -> str:
    return str(_("Refunds for orders × %(count)s", count=figures["paid_back"]))


def _over_or_short(figures: dict[str, Any]) -> str:
    """Return what a count is off by, in words."""
    off = Money(int(figures["difference_minor"]), str(figures["currency"]))
    if not off:
        return str(_("to the cent"))
    if off.amount_minor > 0:
        return str(_("%(amount)s over", amount=money(off)))
    return str(_("%(amount)s short", amount=money(-off)))


def _remarks(figures: dict[str, Any]) -> tuple[str, ...]:
    if "journal_position" in figures:
        return (_("Journal entry %(number)s", number=figures["journal_position"]),)
    if "expected_minor" not in figures:
        return (_("Turnover and cash are told after the count."),)
    return (_("Not for the clerk who counts: it tells what the drawer should hold."),)


def _amounts(figures: dict[str, Any], *wanted: tuple[str, str]) -> Pairs:
    """Return the amounts that the figures tell; a blind report leaves some out."""
    return tuple((label, _amount(figures, figures[key])) for label, key in wanted if key in figures)


def _amount(figures: dict[str, Any], minor: int) -> str:
    return str(money(Money(int(minor), str(figures["currency"]))))
