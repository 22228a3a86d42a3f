"""What customs calls a product, and under which code it files it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import TenantTable, tenant_reference


class Classification(TenantTable):
    """The tariff code of a product, or of one of its variants, in one country or everywhere."""

    __tablename__ = "classification"
    __table_args__ = (
        tenant_reference("product_id", "product", ondelete="CASCADE"),
        tenant_reference("variant_id", "variant"),
        UniqueConstraint(
            "merchant_id",
            "product_id",
            "variant_id",
            "destination",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint(r"destination ~ '^([A-Z]{2}|\*)$'", name="destination"),
        CheckConstraint("code ~ '^[0-9]{6,13}$'", name="code"),
    )

    product_id: Mapped[UUID]
    variant_id: Mapped[UUID | None]
    destination: Mapped[str] = mapped_column(default="*")
    """ISO 3166 country of import (CN also for export from it), or * for the six international digits."""
    code: Mapped[str]
    """Digits only: HS6, CN8 or TARIC of the EU, HTS10, the ten digits of China."""
    unsure: Mapped[bool] = mapped_column(default=False)
    """A plausible reading that no broker has confirmed."""
    source: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)


class CustomsName(TenantTable):
    """The plain name of the goods on a declaration, in one language."""

    __tablename__ = "customs_name"
    __table_args__ = (
        tenant_reference("product_id", "product", ondelete="CASCADE"),
        UniqueConstraint("merchant_id", "product_id", "locale"),
        CheckConstraint("name <> '' AND length(name) <= 255", name="name"),
    )

    product_id: Mapped[UUID]
    locale: Mapped[str]
    name: Mapped[str]
