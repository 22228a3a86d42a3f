"""Pay out of a drawer what the desk gives back in cash: now, or when the customer comes to a till."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.kernel.statements import Insertion, Statement
from commerce.registers.errors import DrawerCurrencyError
from commerce.registers.models import TillRefund
from commerce.registers.service.shifts import move_cash, require_open_shift

_HAS_TILL = Statement("""
SELECT EXISTS (SELECT FROM register
  WHERE merchant_id = :merchant AND location_id = :location AND active)
""")

_ASK = Insertion(TillRefund)


@dataclass(frozen=True, slots=True)
class OpenDrawer:
    """The drawer of a register that is open; it pays refunds of any sale (`checkout.Drawer`)."""

    merchant_id: UUID
    register_id: UUID
    reason: str
    actor_id: UUID

    @property
    def pays_now(self) -> bool:
        """It pays as soon as it is asked."""
        return True

    def pay_out(self, session: Session, *, refund_id: UUID, handed: Money) -> None:
        """Take `handed` out of the drawer; nothing moves where rounding leaves nothing to hand back.

        Raises:
            RegisterClosedError: it was closed meanwhile.
            DrawerCurrencyError: it holds another currency.
        """
        shift = require_open_shift(
            session, merchant_id=self.merchant_id, register_id=self.register_id
        )
        if shift.currency != handed.currency:
            raise DrawerCurrencyError(currency=shift.currency)
        if handed:
            move_cash(
                session,
                merchant_id=self.merchant_id,
                register_id=self.register_id,
                amount_minor=-handed.amount_minor,
                reason=self.reason,
                actor_id=self.actor_id,
                refund_id=refund_id,
            )


@dataclass(frozen=True, slots=True)
class StoreTill:
    """Whichever till of a store the customer comes to (`checkout.Drawer`); its clerk pays the refund."""

    merchant_id: UUID
    location_id: UUID
    actor_id: UUID

    @property
    def pays_now(self) -> bool:
        """It pays once a clerk does (`checkout.hand_back_cash`)."""
        return False

    def pay_out(self, session: Session, *, refund_id: UUID, handed: Money) -> None:  # noqa: ARG002 - the refund knows what is handed over
        """Ask the store's tills to pay the refund.

        Raises:
            NotFoundError: the merchant has no till at this place.
        """
        asked = {"merchant": self.merchant_id, "location": self.location_id}
        if not _HAS_TILL.value(session, asked):
            raise NotFoundError
        _ASK.one(
            session,
            {
                "merchant_id": self.merchant_id,
                "id": refund_id,
                "location_id": self.location_id,
                "asked_by": self.actor_id,
                "asked_at": utc_now(),
            },
        )
