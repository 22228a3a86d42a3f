"""Classify goods for customs."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from commerce.catalogue.codes import tariff_digits
from commerce.catalogue.models import tables
from commerce.catalogue.queries.sheets import product_for_edit
from commerce.catalogue.records import TariffCode
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id

_statement = insert(tables.classification)
_CLASSIFY = _statement.on_conflict_do_update(
    index_elements=["merchant_id", "product_id", "variant_id", "destination"],
    set_={name: _statement.excluded[name] for name in ("code", "unsure", "source", "changed_at")},
)


def classify(
    session: Session,
    *,
    merchant_id: UUID,
    product_id: UUID,
    destination: str,
    code: str,
    source: str,
    variant_id: UUID | None = None,
    unsure: bool = False,
) -> None:
    """Write down the tariff code of a product, or of one variant, for a country of destination.

    `destination` is an ISO 3166 country, or `*` for every country without a code of its own.
    `source` says who found it (a broker, a ruling, the merchant).

    Raises:
        ProductNotFoundError: there is no such product.
        InvalidCodeError: `code` is not 6 to 13 digits.
    """
    product_for_edit(session.connection(), product_id=product_id)
    row = {
        "merchant_id": merchant_id,
        "id": new_id(),
        "product_id": product_id,
        "variant_id": variant_id,
        "destination": destination,
        "code": tariff_digits(code),
        "unsure": unsure,
        "source": source,
        "changed_at": utc_now(),
    }
    session.connection().execute(_CLASSIFY, row)


def put_tariff_codes(
    session: Session, *, merchant_id: UUID, product_id: UUID, codes: Sequence[TariffCode]
) -> None:
    """Make `codes` the codes of a product and its variants in single countries of destination.

    Others go; the product's own code for every country stands in its sheet and stays. Each variant
    has one code per country.

    Raises:
        InvalidCodeError: one is not 6 to 13 digits.
    """
    now = utc_now()
    rows = [
        {
            "merchant_id": merchant_id,
            "id": new_id(),
            "product_id": product_id,
            "variant_id": code.variant_id,
            "destination": code.destination,
            "code": tariff_digits(code.code),
            "unsure": code.unsure,
            "source": code.source,
            "changed_at": now,
        }
        for code in codes
    ]
    connection = session.connection()
    table = tables.classification
    connection.execute(
        delete(table).where(
            table.c.merchant_id == merchant_id,
            table.c.product_id == product_id,
            or_(table.c.variant_id.is_not(None), table.c.destination != "*"),
        )
    )
    if rows:
        connection.execute(insert(table), rows)


def declassify(session: Session, *, merchant_id: UUID, product_id: UUID, destination: str) -> None:
    """Take back the product's own tariff code for a country; codes of single variants stay.

    Where there was none, nothing changes.
    """
    table = tables.classification
    session.connection().execute(
        delete(table).where(
            table.c.merchant_id == merchant_id,
            table.c.product_id == product_id,
            table.c.variant_id.is_(None),
            table.c.destination == destination,
        )
    )
