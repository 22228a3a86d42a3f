"""A till's sale as the order it becomes."""

from collections.abc import Sequence
from uuid import UUID

from commerce.kernel.channel import Channel
from commerce.orders.rows import LineDraft, OrderDraft
from commerce.park.queries.merchants import MerchantCard
from commerce.registers.rows import PricedLine, SaleCommand


def draft_of(
    command: SaleCommand,
    priced: Sequence[PricedLine],
    *,
    merchant: MerchantCard,
    store_id: UUID,
    clerk_id: UUID,
) -> OrderDraft:
    """Return the order of a sale over the counter, with its lines as they were priced."""
    return OrderDraft(
        source_id=command.id,
        channel=Channel.TILL,
        currency=command.currency,
        prices_include_tax=merchant.prices_include_tax,
        locale=command.locale,
        lines=tuple(_line(line, command.locale) for line in priced),
        customer_id=command.customer_id,
        location_id=store_id,
        register_id=command.register_id,
        clerk_id=clerk_id,
        delivery={"kind": "hand_over", "location_id": str(store_id)},
        time_zone=merchant.time_zone,
    )


def _reason(line: PricedLine, locale: str) -> str:
    """Return why the clerk took something off; where nobody did, what the promotions are called."""
    if line.line.discount is not None:
        return line.line.discount.reason
    name = "name_zh" if locale.startswith("zh") else "name"
    return ", ".join(str(each[name]) for each in line.reasons if each["kind"] == "promotion")


def _line(line: PricedLine, locale: str) -> LineDraft:
    return LineDraft(
        variant_id=line.line.variant_id,
        sku=line.sku,
        name=line.name,
        variant_name=line.variant_name,
        image=line.image,
        quantity=line.line.quantity,
        unit_price_minor=line.unit_price.amount_minor,
        discount_minor=line.discount.amount_minor,
        discount_reason=_reason(line, locale),
        net_minor=line.net.amount_minor,
        tax_minor=line.tax.amount_minor,
        tax_rate=line.rate,
        reasons=line.reasons,
    )
