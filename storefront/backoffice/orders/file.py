"""Everything about one order: what its page shows, and what can be done with it now."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from uuid import UUID

from commerce.catalogue.records import SoldVariant
from commerce.checkout.owing import OrderStanding, Owing
from commerce.checkout.service import GoodsStanding
from commerce.checkout.service.give_back import spread
from commerce.checkout.service.give_up import is_repaid
from commerce.customers.rows import CustomerRow
from commerce.fulfilment.queries import SourceRow
from commerce.fulfilment.rows import FulfilmentRow
from commerce.inventory.queries.came_back import CameBack
from commerce.inventory.rows import LocationRow
from commerce.kernel.money import Money
from commerce.orders.rows import OrderLineRow, OrderRow, OrderState
from commerce.payments.rows import PaymentRow, RefundRow, Tender
from commerce.payments.stored_value.rows import ValueAccount
from commerce.pricing.taxation import TaxGround
from commerce.registers.queries import DrawerRow
from commerce.registers.rows import PromisedCash
from commerce.web.formats import money
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.posts import PASSED_THROUGH


@dataclass(frozen=True, slots=True)
class TakenOff:
    """What one promotion, or a clerk by hand, took off a line, and what it is called."""

    name: str
    """Empty for what nobody gave a reason for."""
    amount: Money


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line with the goods as they are called today, and how far they have come."""

    line: OrderLineRow
    variant: SoldVariant | None
    unit_price: Money
    """With the tax that was due; rounded where not `even`."""
    even: bool
    total: Money
    off: tuple[TakenOff, ...]
    """Each reason with its own amount, with the tax that was due."""


@dataclass(frozen=True, slots=True)
class Departure:
    """What waits at one place to leave it."""

    location_id: UUID
    place: str
    units: int
    what: str
    part: FulfilmentRow | None = None
    """Whose hands it is in; None for what nobody has been asked to pick."""


@dataclass(frozen=True, slots=True)
class OrderFile:
    """One order with everything about it."""

    order: OrderRow
    standing: OrderStanding
    lines: tuple[ShownLine, ...]
    goods: tuple[GoodsStanding, ...]
    sources: tuple[SourceRow, ...]
    came_back: tuple[CameBack, ...]
    departures: tuple[Departure, ...]
    payments: tuple[PaymentRow, ...]
    refunds: tuple[RefundRow, ...]
    customer: CustomerRow | None
    address: tuple[str, ...]
    counter: str
    receipt: str
    """The number on the receipt of a sale at a till."""
    destination: str
    steps: tuple[dict[str, Any], ...]
    places: tuple[LocationRow, ...]
    names: dict[UUID, str]
    clerk: str
    drawers: tuple[DrawerRow, ...]
    """Open registers that could pay back what was paid in cash; none are read where nothing was."""
    till_places: tuple[UUID, ...]
    """Stores with a till that could pay it back when the customer comes."""
    promised: dict[UUID, PromisedCash]
    """What tills have still to pay back, by the refund's id."""
    stored: dict[UUID, ValueAccount]
    """Which gift card or credit paid or has money back, by the id of the payment or refund."""
    plugins: dict[str, str]
    """What each way to pay is called."""
    plugin_of: dict[UUID, str]
    """Who carried each payment, by the payment's id."""

    @property
    def without_rate(self) -> bool:
        """Whether nothing of it was taxed because no rate applied: then there is no amount to tell."""
        grounds = {each.get("ground") for shown in self.lines for each in shown.line.reasons}
        return not self.order.tax_minor and TaxGround.NO_RATE in grounds

    @property
    def paid(self) -> Money:
        """What was taken, before anything was given back."""
        return self._money(sum(payment.captured_minor for payment in self.payments))

    @property
    def refunded(self) -> Money:
        """What went back or is on its way."""
        back = sum(each.refunded_minor + each.refunding_minor for each in self.payments)
        return self._money(back)

    @property
    def refundable(self) -> Money:
        """What can still go back."""
        return self._money(sum(each.refundable.amount_minor for each in self.payments))

    @property
    def in_cash(self) -> bool:
        """Whether something that can still go back was paid in cash."""
        return in_cash(self.payments)

    @property
    def ways_back(self) -> tuple[tuple[PaymentRow, Money], ...]:
        """What can still go back to each payment, in the order in which it does."""
        return tuple(spread(self.refundable, self.payments))

    @property
    def before_cash(self) -> Money:
        """How much goes back otherwise before the first coin does."""
        others = takewhile(lambda way: way[0].tender is not Tender.CASH, self.ways_back)
        return self._money(sum(part.amount_minor for _payment, part in others))

    @property
    def short(self) -> int:
        """Units that are owed and that nobody keeps for this order."""
        if self.order.state is not OrderState.PLACED:
            return 0
        return sum(goods.short for goods in self.goods)

    @property
    def unplaced(self) -> int:
        """Units that need not be counted, and have no place from which they could leave."""
        if self.order.state is not OrderState.PLACED:
            return 0
        return sum(goods.short for goods in self.goods if not goods.counted)

    @property
    def may_close(self) -> bool:
        """Whether nothing is left to send: all has left, or the money of the rest has gone back."""
        if self.order.state is not OrderState.PLACED:
            return False
        owed = any(goods.held or goods.short for goods in self.goods)
        return not owed or (any(goods.gone for goods in self.goods) and self._is_repaid)

    @property
    def idle(self) -> bool:
        """Whether somebody has to close it, because nothing of it is left to send."""
        return self.may_close and self.standing.owing is not Owing.SERVICE

    @property
    def _is_repaid(self) -> bool:
        lines = [shown.line for shown in self.lines]
        return is_repaid(lines, self.goods, refunded_minor=self.refunded.amount_minor)

    @property
    def may_cancel(self) -> bool:
        """Whether the order can still be called off."""
        open_state = self.order.state in {OrderState.AWAITING_PAYMENT, OrderState.PLACED}
        return open_state and not any(goods.gone for goods in self.goods)

    @property
    def returnable(self) -> tuple[tuple[GoodsStanding, str], ...]:
        """Goods that could come back on a shelf, with their names."""
        return tuple((goods, self._called(goods)) for goods in self.goods if goods.restockable)

    @property
    def shelves(self) -> list[tuple[str, str]]:
        """Places in use where goods that came back can lie, to choose from."""
        return [
            (str(place.id), self.names[place.id])
            for place in self.places
            if place.active and place.kind not in PASSED_THROUGH
        ]

    @property
    def unsent(self) -> tuple[tuple[GoodsStanding, str], ...]:
        """Goods that have not left yet and could be given up, with their names."""
        if self.order.state is not OrderState.PLACED:
            return ()
        return tuple((goods, self._called(goods)) for goods in self.goods if goods.owed)

    def worth_of(self, chosen: Mapping[UUID, int]) -> Money:
        """Return what goes back for units of its goods: at most what is left, all of it for all of them.

        Each unit is worth its share of what its lines were sold for, rounded down.
        """
        left = sum(each.restockable for each, _name in self.returnable)
        left += sum(each.owed for each, _name in self.unsent)
        if sum(chosen.values()) >= left:
            return self.refundable
        minor = sum(
            self.sold_for(variant)[0] * units // self.sold_for(variant)[1]
            for variant, units in chosen.items()
        )
        return min(self._money(minor), self.refundable)

    def sold_for(self, variant_id: UUID) -> tuple[int, int]:
        """Return for how many minor units how many units of a variant were sold."""
        lines = [each for each in self.lines if each.line.variant_id == variant_id]
        total = sum(each.total.amount_minor for each in lines)
        return total, sum(each.line.quantity for each in lines) or 1

    def _called(self, goods: GoodsStanding) -> str:
        """Return what goods are called, and what one was sold for."""
        for shown in self.lines:
            if shown.line.variant_id == goods.variant_id:
                each = Money(shown.total.amount_minor // shown.line.quantity, self.order.currency)
                return _("%(name)s, %(amount)s each", name=name_of(shown), amount=money(each))
        return ""

    def sources_in_words(self, line: OrderLineRow) -> str:
        """Return where a line's goods come from, and how many are no longer to be sent.

        Nothing comes from anywhere for an order that was called off.
        """
        if self.order.state is OrderState.CANCELLED:
            return ""
        said = [
            _(
                "%(units)s from %(place)s",
                units=source.quantity,
                place=self.names[source.location_id],
            )
            for source in self.sources
            if source.variant_id == line.variant_id
        ]
        given_up = sum(
            line.quantity - goods.wanted
            for goods in self.goods
            if goods.variant_id == line.variant_id and goods.wanted < line.quantity
        )
        if given_up:
            said.append(_("%(units)s no longer to be sent", units=given_up))
        return " · ".join(said)

    def back_in_words(self, line: OrderLineRow) -> str:
        """Return how many units of a line's goods came back, and where they were put."""
        return " · ".join(
            _(
                "%(units)s came back: %(place)s",
                units=back.units,
                place=self.names.get(back.location_id, ""),
            )
            for back in self.came_back
            if back.variant_id == line.variant_id
        )

    def _money(self, minor: int) -> Money:
        return Money(minor, self.order.currency)


def name_of(shown: ShownLine) -> str:
    """Return what a line is called, with its variant."""
    variant = shown.line.variant_name
    return f"{shown.line.name}, {variant}" if variant else shown.line.name


def in_cash(payments: tuple[PaymentRow, ...]) -> bool:
    """Return whether something that can still go back was paid in cash."""
    return any(each.tender is Tender.CASH and each.refundable for each in payments)
