"""What is known of a cart's goods at one moment, and which of them can be had."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue.queries import variants_by_ids
from commerce.catalogue.records import SoldVariant
from commerce.checkout.rows import CartLineRow, CartRow
from commerce.inventory.queries import Source, online_sources
from commerce.kernel.money import Money, total
from commerce.pricing.queries import prices_for
from commerce.pricing.rows import Price


@dataclass(frozen=True)
class CartGoods:
    """The lines of a cart, sorted by what can become of them.

    Every line is in exactly one of `sellable`, `sold_out` and `withdrawn`.
    """

    lines: Sequence[CartLineRow]
    variants: Mapping[UUID, SoldVariant]
    prices: Mapping[UUID, Price]
    sources: tuple[Source, ...]
    currency: str

    @cached_property
    def available(self) -> Mapping[UUID, int]:
        """How many units of each variant could be promised, all locations together."""
        found: dict[UUID, int] = {}
        for source in self.sources:
            found[source.variant_id] = found.get(source.variant_id, 0) + source.available
        return found

    @cached_property
    def sellable(self) -> list[CartLineRow]:
        """What can be bought; of what is short, less than is wanted."""
        return [line for line in self.lines if self._offered(line) and not self._gone(line)]

    @cached_property
    def sold_out(self) -> list[CartLineRow]:
        """What is offered still, and of which nothing is left."""
        return [line for line in self.lines if self._offered(line) and self._gone(line)]

    @cached_property
    def withdrawn(self) -> list[CartLineRow]:
        """What is not offered any more, or has no price here."""
        return [line for line in self.lines if not self._offered(line)]

    @property
    def subtotal(self) -> Money:
        """What the sellable lines cost before discounts, taxed as their price lists say."""
        amounts = (self.prices[line.variant_id].amount * line.quantity for line in self.sellable)
        return total(amounts, currency=self.currency)

    @property
    def travelling(self) -> list[CartLineRow]:
        """The sellable lines that somebody has to carry."""
        return [line for line in self.sellable if self.variants[line.variant_id].requires_shipping]

    @property
    def counted(self) -> dict[UUID, int]:
        """How many units are wanted of what can run out."""
        return {
            line.variant_id: line.quantity
            for line in self.sellable
            if self.variants[line.variant_id].counted
        }

    def available_of(self, line: CartLineRow) -> int | None:
        """Return how many units of a line could be promised; None where nobody counts."""
        if not self.variants[line.variant_id].counted:
            return None
        return self.available.get(line.variant_id, 0)

    def _offered(self, line: CartLineRow) -> bool:
        return line.variant_id in self.prices and self.variants[line.variant_id].sellable

    def _gone(self, line: CartLineRow) -> bool:
        left = self.available_of(line)
        return left is not None and left <= 0


def goods_of(
    connection: Connection, *, cart: CartRow, lines: Sequence[CartLineRow], at: datetime
) -> CartGoods:
    """Read what is known of `lines`: three statements, however many there are."""
    ids = [line.variant_id for line in lines]
    return CartGoods(
        lines=lines,
        variants=variants_by_ids(connection, variant_ids=ids, locale=cart.locale),
        prices=prices_for(
            connection, variant_ids=ids, currency=cart.currency, channel=cart.channel, at=at
        ),
        sources=online_sources(connection, variant_ids=ids),
        currency=cart.currency,
    )
