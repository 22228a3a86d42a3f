"""What Stripe would report of payments: charged in yuan, settled and paid out in dollars."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.payments.rows import Finding, PaymentState
from commerce.payments.service import record_finding
from commerce.plugins.settlement import (
    DisputeReport,
    LineKind,
    PayoutReport,
    SettledLine,
    SettlementReport,
)
from tests.support.orders import fill_cart, place
from tests.support.shop import Shop

CHARGED = Money(69800, "CNY")
"""A bowl and its delivery."""
SETTLED, FEE = Money(9684, "USD"), Money(311, "USD")
NOTHING = Money(0, "USD")


def charged_by_stripe(shop: Shop, variant: UUID) -> UUID:
    """Let somebody pay for a bowl by Stripe; return the payment."""
    cart = fill_cart(shop, (variant, 1), email=f"{new_id().hex}@example.com")
    attempt = place(shop, cart, plugin="stripe").payment_id
    assert attempt is not None
    with shop.database.transaction(shop.scope) as session:
        record_finding(
            session,
            merchant_id=shop.merchant.id,
            payment_id=attempt,
            finding=Finding(
                state=PaymentState.CAPTURED,
                handle=f"pi_{attempt.hex}",
                captured_minor=CHARGED.amount_minor,
            ),
        )
    return attempt


def settled(payment: UUID, *, disputed: bool = False) -> SettledLine:
    """Return the line of a charge, or of the dispute that takes it back."""
    what = "du" if disputed else "ch"
    return SettledLine(
        handle=f"txn_{what}_{payment.hex}",
        kind=LineKind.DISPUTE if disputed else LineKind.CHARGE,
        source=f"{what}_{payment.hex}",
        payment=payment,
        settled=-SETTLED if disputed else SETTLED,
        fee=Money(1500, "USD") if disputed else FEE,
        charged=-CHARGED if disputed else CHARGED,
        rate=Decimal("0.13874"),
        at=utc_now(),
    )


def paid_out(*payments: UUID, disputed: tuple[UUID, ...] = ()) -> SettlementReport:
    """Return the report after these payments were paid out and banks took some of them back."""
    lines = [settled(each) for each in payments]
    amount = (SETTLED - FEE) * len(payments)
    name = f"po_{new_id().hex}"
    paid = SettledLine(
        handle=f"txn_{name}",
        kind=LineKind.PAYOUT,
        source=name,
        payment=None,
        settled=-amount,
        fee=NOTHING,
        charged=None,
        rate=None,
        at=utc_now(),
    )
    back = [settled(each, disputed=True) for each in disputed]
    return SettlementReport(
        lines=(*lines, paid, *back),
        payouts=(
            PayoutReport(
                handle=name,
                amount=amount,
                state="paid",
                arrives_on=utc_now().date(),
                at=utc_now(),
                lines=tuple(each.handle for each in (*lines, paid)),
            ),
        ),
        disputes=tuple(
            DisputeReport(
                handle=each.source,
                payment=payment,
                amount=CHARGED,
                reason="fraudulent",
                state="needs_response",
                respond_by=utc_now() + timedelta(days=6),
                at=utc_now(),
            )
            for payment, each in zip(disputed, back, strict=True)
        ),
        held={"USD": sum((each.settled - each.fee).amount_minor for each in back)},
    )
