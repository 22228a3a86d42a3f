"""What was sold, called as the reader calls it: an order keeps the names of the language it was placed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue.queries import variants_by_ids
from commerce.orders.rows import OrderLineRow


@dataclass(frozen=True, slots=True)
class SoldName:
    """The names of one line, and the language they are in."""

    name: str
    variant: str
    told_in: str


def names_for(
    connection: Connection, lines: Sequence[OrderLineRow], *, told_in: str, language: str
) -> Mapping[UUID, SoldName]:
    """Return the names of every line, by its id: as kept, or as the catalogue has them in `language`.

    What the catalogue does not hold in that language, or not at all, keeps the name it was sold
    under. Nothing is read where the order was placed in the reader's language.
    """
    kept = {line.id: SoldName(line.name, line.variant_name, told_in[:2]) for line in lines}
    if told_in[:2] == language:
        return kept
    asked = [line.variant_id for line in lines if line.variant_id]
    found = variants_by_ids(connection, variant_ids=asked, locale=language)
    for line in lines:
        now = found.get(line.variant_id) if line.variant_id else None
        if now is not None and now.product_name != line.name:
            kept[line.id] = SoldName(now.product_name, now.title, language)
    return kept
