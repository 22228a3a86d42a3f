"""The books as files for an accountant: no cell is ever taken for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response
from sqlalchemy import Connection

from commerce.imports.cells import guarded
from commerce.kernel.money import Money
from commerce.ledger.queries.balances import balances
from commerce.ledger.queries.entries import entries
from commerce.ledger.queries.settlement import lines_of_payout, payout_by_id
from commerce.ledger.rows import EntryRow, LineRow
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import announce, moved
from storefront.backoffice.money.periods import Period, asked_period
from storefront.backoffice.money.statement import asked_provider
from storefront.backoffice.money.words import (
    account_name,
    entry_name,
    line_name,
    provider_names,
    written_rate,
)
from storefront.backoffice.products.importing import as_file
from storefront.backoffice.speech import gettext as _

MOST = 100_000
"""Rows that one file holds."""

_BATCH = 5_000


@needs(Permission.VIEW_MONEY)
def statement_file() -> Response:
    """Give the entries of a period as a table."""
    period, provider = asked_period(), asked_provider()
    if period.backwards:
        return _backwards(period)
    with services().database.reading(current_scope()) as connection:
        found = list(_entries(connection, period, provider))
    if len(found) > MOST:
        announce(
            _("These are more than %(most)s entries. Choose a shorter time.", most=MOST), "bad"
        )
        return moved("statement", **period.named)
    names = provider_names()
    headings = [
        _("Date"),
        _("Event"),
        _("Order"),
        _("Provider"),
        _("Debit"),
        _("Credit"),
        _("Currency"),
        _("Amount"),
        _("Exchange rate"),
        _("Entry"),
    ]
    return _file(headings, (_entry(each, names) for each in found), _named("entries", period))


@needs(Permission.VIEW_MONEY)
def accounts_file() -> Response:
    """Give every account of a period as a table: before, debit, credit, after."""
    period, provider = asked_period(), asked_provider()
    if period.backwards:
        return _backwards(period)
    with services().database.reading(current_scope()) as connection:
        found = balances(connection, since=period.since, until=period.until)
    names = provider_names()
    rows = (
        [
            names.get(each.provider, each.provider),
            account_name(each.account),
            each.currency,
            *(_plain(amount) for amount in (each.before, each.debit, each.credit, each.after)),
        ]
        for each in found
        if provider in {None, each.provider}
    )
    headings = [
        _("Provider"),
        _("Ledger account"),
        _("Currency"),
        _("At the beginning"),
        _("Debit"),
        _("Credit"),
        _("At the end"),
    ]
    return _file(headings, rows, _named("accounts", period))


@needs(Permission.VIEW_MONEY)
def payout_file(payout_id: UUID) -> Response:
    """Give the lines of a payout as a table: charged, rate, settled, gain or loss, fee, net."""
    with services().database.reading(current_scope()) as connection:
        payout = payout_by_id(connection, payout_id=payout_id)
        lines = lines_of_payout(connection, payout_id=payout_id, most=MOST)
    headings = [
        _("Date"),
        _("What it is"),
        _("Order"),
        _("Provider’s name"),
        _("Charged in"),
        _("Amount charged"),
        _("Provider’s rate"),
        _("Settled in"),
        _("Settled"),
        _("Our rate"),
        _("Worth in our books"),
        _("Gain or loss"),
        _("Fee"),
        _("After the fee"),
    ]
    return _file(headings, map(_line, lines), f"payout-{payout.at:%Y-%m-%d}")


def _backwards(period: Period) -> Response:
    """Say on the page that there is no such time, rather than give a file without a row."""
    announce(_("The time ends before it begins"), "bad")
    return moved("statement", **period.named)


def _entries(connection: Connection, period: Period, provider: str | None) -> Iterator[EntryRow]:
    """Yield the entries of a period, and one more than a file holds at most."""
    batch = partial(entries, connection, since=period.since, until=period.until, most=_BATCH)
    told, after = 0, None
    while told <= MOST:
        found = batch(provider=provider, after=after)
        yield from found
        if len(found) < _BATCH:
            return
        told, after = told + len(found), (found[-1].at, found[-1].id)


def _entry(entry: EntryRow, names: dict[str, str]) -> list[str]:
    return [
        _local(entry.at),
        entry_name(entry.kind),
        entry.order_number or "",
        names.get(entry.provider, entry.provider),
        account_name(entry.debit),
        account_name(entry.credit),
        entry.currency,
        _plain(entry.amount),
        written_rate(entry.rate) if entry.rate else "",
        str(entry.id),
    ]


def _line(line: LineRow) -> list[str]:
    return [
        _local(line.at),
        line_name(line.kind),
        line.order_number or "",
        line.source,
        line.charged.currency if line.charged else "",
        _plain(line.charged),
        written_rate(line.rate) if line.rate else "",
        line.settled.currency,
        _plain(line.settled),
        written_rate(line.book_rate) if line.book_rate else "",
        _plain(line.book),
        _plain(line.result),
        _plain(line.fee),
        _plain(line.net),
    ]


def _file(headings: Sequence[str], rows: Iterable[Sequence[str]], name: str) -> Response:
    kept = io.StringIO()
    table = csv.writer(kept)
    table.writerow(headings)
    table.writerows([guarded(cell) for cell in row] for row in rows)
    # With the mark a spreadsheet reads Chinese headings as what they are.
    return as_file(kept.getvalue().encode("utf-8-sig"), f"{current_merchant().slug}-{name}.csv")


def _named(what: str, period: Period) -> str:
    return f"{what}-{period.first.isoformat()}-{period.last.isoformat()}"


def _local(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(current_merchant().time_zone)):%Y-%m-%d %H:%M:%S}"


def _plain(amount: Money | None) -> str:
    return "" if amount is None else f"{amount.major:f}"
