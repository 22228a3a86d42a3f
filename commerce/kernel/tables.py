"""How tables are declared: names of constraints, tenant keys, append-only tables.

Every tenant table has the primary key (merchant_id, id), and every reference between tenant tables
carries merchant_id, so the database itself refuses a row that points at another merchant's (I15)
and the data could be spread by tenant without a change of model.
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from commerce.kernel.ids import new_id

APPEND_ONLY = {"append_only": True}
"""`info` of a table whose rows are never changed or deleted."""

PARK_ONLY = {"park_only": True}
"""`info` of a table that is no merchant's and that only the park role may touch."""


class Base(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger,
        str: Text,
        UUID: Uuid,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
    }


class TenantTable(Base):
    """A table whose rows belong to one merchant each."""

    __abstract__ = True

    merchant_id: Mapped[UUID] = mapped_column(
        ForeignKey("merchant.id"), primary_key=True, sort_order=-2
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)


def tenant_reference(
    column: str, table: str, *, ondelete: str | None = None
) -> ForeignKeyConstraint:
    """Return the reference (merchant_id, `column`) to a row of tenant table `table`."""
    return ForeignKeyConstraint(
        ["merchant_id", column], [f"{table}.merchant_id", f"{table}.id"], ondelete=ondelete
    )


def table_of(model: type[Base]) -> Table:
    """Return a model's table, for statements on hot paths.

    Inserting through the table skips the mapper, which costs some 80 microseconds a row.
    """
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is not mapped to a table of its own")
    return table
