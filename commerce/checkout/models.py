"""Tables of what is about to be bought."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text, Uuid

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import TenantTable, tenant_reference


class Cart(TenantTable):
    """What a shopper has gathered; it becomes one order, once."""

    __tablename__ = "cart"
    __table_args__ = (
        UniqueConstraint("token_digest"),
        tenant_reference("customer_id", "customer"),
        CheckConstraint("channel IN ('web', 'till', 'api')", name="channel"),
        Index("ix_cart_changed_at", "changed_at"),
    )

    token_digest: Mapped[bytes | None]
    """Of the cookie of a cart from before revision 0022; later ones name it, see `kernel.bearer`."""
    channel: Mapped[str]
    currency: Mapped[str]
    locale: Mapped[str]
    country: Mapped[str]
    """Where the goods shall go; it decides tax and delivery before any address is known."""
    region: Mapped[str | None]
    email: Mapped[str] = mapped_column(default="")
    customer_id: Mapped[UUID | None]
    ship_to: Mapped[dict[str, Any] | None]
    delivery_option: Mapped[str | None]
    """The key of the chosen option; None means the first that fits."""
    codes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """Codes of promotions that were typed, in the spelling of `code_key`."""
    stored_value: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    """The gift cards and the store credit that shall pay as much of it as they hold, in this order."""
    gift: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """To whom the gift cards in it are sent: email, name, message; None is to the buyer."""
    order_id: Mapped[UUID | None]
    """The order it became."""
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)


class CartLine(TenantTable):
    """So many units of one variant."""

    __tablename__ = "cart_line"
    __table_args__ = (
        UniqueConstraint("merchant_id", "cart_id", "variant_id"),
        tenant_reference("cart_id", "cart", ondelete="CASCADE"),
        tenant_reference("variant_id", "variant"),
        CheckConstraint("quantity BETWEEN 1 AND 999", name="quantity"),
    )

    cart_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    quantity: Mapped[int]
    seen_price_minor: Mapped[int | None]
    """What one unit cost when the shopper last looked, so that a change can be shown."""
