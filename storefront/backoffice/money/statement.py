"""The statement of a period: every account before and after, and the entries in between."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Response, request

from commerce.ledger.queries.balances import balances
from commerce.ledger.queries.entries import entries
from commerce.park.permissions import Permission
from commerce.web.identity import current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import link
from storefront.backoffice.forms import typed_id
from storefront.backoffice.money.frame import draw_money
from storefront.backoffice.money.periods import asked_period, month_before
from storefront.backoffice.money.words import provider_names
from storefront.backoffice.speech import gettext as _

_MOST = 100
_LONGEST = 40


@needs(Permission.VIEW_MONEY)
def statement() -> Response:
    """Show the books of a period, narrowed to a provider where the address names one."""
    period, provider, after = asked_period(), asked_provider(), _place()
    with services().database.reading(current_scope()) as connection:
        accounts = [
            each
            for each in balances(connection, since=period.since, until=period.until)
            if provider in {None, each.provider}
            and (each.before or each.debit or each.credit)
            and not period.backwards
        ]
        found = entries(
            connection,
            since=period.since,
            until=period.until,
            provider=provider,
            after=after,
            most=_MOST + 1,
        )
    kept = {**period.named, **({"provider": provider} if provider else {})}
    last = found[_MOST - 1] if len(found) > _MOST else None
    return draw_money(
        "statement.html",
        title=_("Statement"),
        tab="statement",
        period=period,
        earlier=link("statement", **{**kept, **month_before(period).named}),
        provider=provider or "",
        choices=[("", _("Every provider")), *provider_names().items()],
        accounts=accounts,
        rows=found[:_MOST],
        file_url=link("statement_file", **kept),
        accounts_url=link("accounts_file", **kept),
        next_url=link("statement", **kept, at=last.at.isoformat(), id=last.id) if last else "",
        first_url=link("statement", **kept) if after else "",
    )


def asked_provider() -> str | None:
    """Return the provider that the address names, if there is one of that name."""
    named = request.args.get("provider", "")
    return named if named in provider_names() else None


def _place() -> tuple[datetime, UUID] | None:
    """Return after which entry the page begins."""
    found = typed_id(request.args.get("id"))
    try:
        at = datetime.fromisoformat(request.args.get("at", "")[:_LONGEST])
    except ValueError:
        return None
    if found is None:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)), found
