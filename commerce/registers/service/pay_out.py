"""Pay out of an open register's drawer what the desk gives back in cash."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.money import Money
from commerce.registers.errors import DrawerCurrencyError
from commerce.registers.service.shifts import move_cash, require_open_shift


@dataclass(frozen=True, slots=True)
class OpenDrawer:
    """The drawer of a register that is open; it pays refunds of any sale (`checkout.Drawer`)."""

    merchant_id: UUID
    register_id: UUID
    reason: str
    actor_id: UUID

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
