"""Labels on paper: fetched from the carrier once, and kept with the label."""

from uuid import UUID

from commerce.fulfilment.labels.gateway import CarrierGateway
from commerce.fulfilment.labels.queries import paper_of
from commerce.fulfilment.labels.rows import LabelRow
from commerce.kernel.database import Database, Scope
from commerce.kernel.statements import Statement
from commerce.plugins.carriers import LabelFormat
from commerce.plugins.results import Ok

MOST_BYTES = 4 * 1024 * 1024

# What was given back meanwhile is not kept.
_KEEP = Statement("""
INSERT INTO label_paper (merchant_id, label_id, form, content)
SELECT merchant_id, id, :form, CAST(:content AS bytea) FROM parcel_label
WHERE merchant_id = :merchant AND id = :label AND state = 'booked'
ON CONFLICT (merchant_id, label_id, form) DO NOTHING
""")


def fetch_paper(
    gateway: CarrierGateway,
    database: Database,
    *,
    merchant_id: UUID,
    label: LabelRow,
    form: LabelFormat,
) -> bytes | None:
    """Return a booked label as it is printed; None when the carrier does not say at present.

    It is asked for once and kept. Call it outside of any transaction.

    Raises:
        CarrierUnavailableError: the merchant has no such carrier any more.
    """
    scope = Scope.merchant(merchant_id)
    with database.reading(scope) as connection:
        kept = paper_of(connection, label_id=label.id, form=form)
    if kept is not None:
        return kept
    answer = gateway.document(merchant_id=merchant_id, label=label, form=form)
    if not isinstance(answer, Ok) or len(answer.value.content) > MOST_BYTES:
        return None
    content = answer.value.content
    with database.transaction(scope) as session:
        _KEEP.run(
            session,
            {"merchant": merchant_id, "label": label.id, "form": form.value, "content": content},
        )
    return content
