"""Who works with the stock of which places."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from commerce.kernel.tables import Base, tenant_reference


class StockKeeper(Base):
    """A place whose stock a member of staff works with; who has no row works with every place's."""

    __tablename__ = "stock_keeper"
    __table_args__ = (tenant_reference("location_id", "location"),)

    merchant_id: Mapped[UUID] = mapped_column(ForeignKey("merchant.id"), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"), primary_key=True)
    location_id: Mapped[UUID] = mapped_column(primary_key=True)
