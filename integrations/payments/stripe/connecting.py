"""Opens Stripe accounts for merchants under the park's, and says how they stand.

Each is an account of the merchant's own: Stripe asks it for what the law wants, charges it the fees,
bears its losses, and it sees everything in Stripe's full dashboard. Charges are made in it directly.
docs.stripe.com/connect/migrate-to-controller-properties, docs.stripe.com/connect/direct-charges (2026-11).
"""

from typing import TYPE_CHECKING, Any

import stripe

from commerce.plugins.accounts import AccountReport, Onboard, OpenAccount
from commerce.plugins.calls import CallContext
from commerce.plugins.results import Ok, Result, Unknown
from integrations.payments.stripe.reading import ShapeError

if TYPE_CHECKING:
    from stripe.params import AccountCreateParams

MERCHANT_REFERENCE = "quayside_merchant"
REVOKED = "account-revoked"
RESTRICTED = "account-restricted"
_NO_ACCESS = "account_invalid"
_REFUSED_BY_STRIPE = "rejected."


def open_account(
    client: stripe.StripeClient, call: CallContext, request: OpenAccount
) -> Result[AccountReport]:
    """Create an account."""
    params: AccountCreateParams = {
        "country": request.country,
        "business_profile": {"name": request.name},
        "controller": {
            "fees": {"payer": "account"},
            "losses": {"payments": "stripe"},
            "requirement_collection": "stripe",
            "stripe_dashboard": {"type": "full"},
        },
        "metadata": {MERCHANT_REFERENCE: str(request.merchant)},
    }
    made = client.v1.accounts.create(params, {"idempotency_key": f"account:{call.idempotency_key}"})
    return Ok(read_account(made.to_dict()))


def onboarding_page(client: stripe.StripeClient, request: Onboard) -> Result[str]:
    """Make an address of Stripe's onboarding; it works once and for minutes."""
    link = client.v1.account_links.create(
        {
            "account": request.handle,
            "type": "account_onboarding",
            "return_url": request.return_url,
            "refresh_url": request.refresh_url,
        }
    )
    url = getattr(link, "url", None)
    return Ok(url) if isinstance(url, str) else Unknown(request.handle, "unusable-answer")


def account_of(client: stripe.StripeClient, handle: str) -> Result[AccountReport]:
    """Ask how an account stands; one that Stripe no longer lets us see was taken away from us."""
    try:
        found = client.v1.accounts.retrieve(handle).to_dict()
    except stripe.PermissionError as fault:
        if getattr(fault.error, "code", None) != _NO_ACCESS:
            raise
        return Ok(
            AccountReport(
                handle=handle, takes_payments=False, pays_out=False, closed=REVOKED, ours=False
            )
        )
    return Ok(read_account(found))


def read_account(account: dict[str, Any]) -> AccountReport:
    """Return how an account stands.

    Raises:
        ShapeError: it is no account.
    """
    try:
        asked = account.get("requirements") or {}
        takes = account["charges_enabled"] is True
        due = dict.fromkeys((*asked.get("past_due", ()), *asked.get("currently_due", ())))
        reason = str(asked.get("disabled_reason") or "")
        return AccountReport(
            handle=str(account["id"]),
            takes_payments=takes,
            pays_out=account["payouts_enabled"] is True,
            due=tuple(map(str, due)),
            checking=bool(asked.get("pending_verification")),
            closed=_closed(reason, takes=takes, asks=bool(due)),
        )
    except (KeyError, TypeError, AttributeError) as fault:
        raise ShapeError from fault


def _closed(reason: str, *, takes: bool, asks: bool) -> str:
    """Return why an account is shut; what merely waits for the merchant or for Stripe is not."""
    if takes or not reason:
        return ""
    if reason.startswith(_REFUSED_BY_STRIPE) or not (asks or reason.startswith("requirements.")):
        return RESTRICTED
    return ""
