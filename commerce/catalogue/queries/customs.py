"""What customs needs to know of goods."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue.queries.shown import in_language
from commerce.catalogue.records import Names, TariffCode
from commerce.kernel.statements import Statement

_FACTS = Statement("""
SELECT v.id, v.sku, v.weight_grams, v.origin_country, best.code, best.unsure, best.source,
  (SELECT jsonb_object_agg(n.locale, n.name) FROM customs_name n
   WHERE n.merchant_id = v.merchant_id AND n.product_id = v.product_id) AS customs_names,
  (SELECT jsonb_object_agg(t.locale, t.name) FROM product_text t
   WHERE t.merchant_id = v.merchant_id AND t.product_id = v.product_id) AS names
FROM variant v LEFT JOIN LATERAL (
  SELECT k.code, k.unsure, k.source FROM classification k
  WHERE k.merchant_id = v.merchant_id AND k.product_id = v.product_id
    AND (k.variant_id IS NULL OR k.variant_id = v.id) AND k.destination IN (:destination, '*')
  ORDER BY (k.destination <> '*') DESC, (k.variant_id IS NOT NULL) DESC
  LIMIT 1
) best ON true
WHERE v.id = ANY(:variants)
""")

_CODES = Statement("""
SELECT variant_id, destination, code, unsure, source FROM classification
WHERE product_id = :product ORDER BY destination, variant_id NULLS FIRST
""")


_CODES_OF = Statement("""
SELECT product_id, variant_id, destination, code, unsure, source FROM classification
WHERE product_id = ANY(:products) ORDER BY product_id, destination, variant_id NULLS FIRST
""")


@dataclass(frozen=True, slots=True)
class CustomsFacts:
    """One variant as a declaration describes it; weight in grams."""

    variant_id: UUID
    sku: str
    weight_grams: int
    origin_country: str | None
    code: str | None
    """The code for the destination, else the one for every destination, else None."""
    unsure: bool
    source: str
    names: Names
    """The plain name of the goods per language; the product's name where none was written."""

    def name(self, locale: str) -> str:
        """Return the name of the goods in `locale`, or in another language."""
        return in_language(self.names, locale)


def customs_facts(
    connection: Connection, *, variant_ids: Sequence[UUID], destination: str
) -> dict[UUID, CustomsFacts]:
    """Return what a declaration for `destination` (ISO 3166) says of each variant.

    A code for the country wins over one for every country; then a variant's over its product's.
    """
    rows = _FACTS.all(connection, {"variants": list(variant_ids), "destination": destination})
    return {
        row.id: CustomsFacts(
            variant_id=row.id,
            sku=row.sku,
            weight_grams=row.weight_grams,
            origin_country=row.origin_country,
            code=row.code,
            unsure=bool(row.unsure),
            source=row.source or "",
            names={**row.names, **(row.customs_names or {})},
        )
        for row in rows
    }


def tariff_codes_of(
    connection: Connection, *, product_ids: Sequence[UUID]
) -> dict[UUID, list[TariffCode]]:
    """Return every code written down for each of these products and their variants."""
    found: dict[UUID, list[TariffCode]] = {product_id: [] for product_id in product_ids}
    for row in _CODES_OF.all(connection, {"products": list(product_ids)}):
        code = TariffCode(row.variant_id, row.destination, row.code, row.unsure, row.source)
        found[row.product_id].append(code)
    return found


def tariff_codes(connection: Connection, *, product_id: UUID) -> list[TariffCode]:
    """Return every code written down for a product and its variants."""
    return [
        TariffCode(row.variant_id, row.destination, row.code, row.unsure, row.source)
        for row in _CODES.all(connection, {"product": product_id})
    ]
