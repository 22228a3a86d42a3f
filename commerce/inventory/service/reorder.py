"""Say when a place is to be filled up; turn what that proposes into drafts when somebody agrees."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import LineFault, ReorderRuleRefusedError
from commerce.inventory.rows import (
    AcceptedProposal,
    CostedUnits,
    Drafts,
    Portion,
    ReorderRuleRow,
)
from commerce.inventory.service.purchases.draft import MOST_COST_MINOR, draft_purchase
from commerce.inventory.service.stock_places import check_places
from commerce.inventory.service.terms import MOST_UNITS, counted_goods, refuse, units_faults
from commerce.inventory.service.transfers.draft import draft_transfer
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement

_Shelf = tuple[UUID, UUID]
"""A variant and a place."""
_Way = tuple[UUID, UUID]
"""A supplier or a place, and the place that it fills up."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """From where goods come to a place: from a supplier at a cost, or from another place."""

    variant_id: UUID
    location_id: UUID
    supplier_id: UUID | None
    source_id: UUID | None
    cost: int
    currency: str


_SUPPLIER = Statement("""
SELECT 1 FROM supplier WHERE merchant_id = :merchant AND id = :supplier AND active
""")

_PUT = Statement("""
INSERT INTO reorder_rule (merchant_id, variant_id, location_id, point, up_to, pack, supplier_id,
                          source_id, unit_cost_minor, currency)
VALUES (:merchant, :variant, :location, :point, :up_to, :pack, :supplier, :source, :cost,
        :currency)
ON CONFLICT (merchant_id, variant_id, location_id) DO UPDATE
SET point = excluded.point, up_to = excluded.up_to, pack = excluded.pack,
  supplier_id = excluded.supplier_id, source_id = excluded.source_id,
  unit_cost_minor = excluded.unit_cost_minor, currency = excluded.currency
""")

_DROP = Statement("""
DELETE FROM reorder_rule
WHERE merchant_id = :merchant AND variant_id = :variant AND location_id = :location
""")

_RULES = Statement(
    """
SELECT r.variant_id, r.location_id, r.supplier_id, r.source_id,
  coalesce(r.unit_cost_minor, 0) AS cost, coalesce(r.currency, m.currency) AS currency
FROM reorder_rule r JOIN merchant m ON m.id = r.merchant_id
WHERE r.merchant_id = :merchant AND (r.variant_id, r.location_id) IN (
  SELECT * FROM unnest(CAST(:variants AS uuid[]), CAST(:locations AS uuid[]))
)
""",
    _Rule,
)


def set_reorder_rule(session: Session, *, merchant_id: UUID, rule: ReorderRuleRow) -> None:
    """Say at how many units a place is filled up, to how many, in which packs, and from where.

    Raises:
        ReorderRuleRefusedError: it fills up to no more than its point, has no pack, or not exactly
            one source, or a cost beyond reason.
        PlacesRefusedError: a place is not one in use of the merchant, or fills up itself.
        LinesRefusedError: the goods are not the merchant's, or nobody counts them.
        NotFoundError: the merchant has no such supplier in use.
    """
    cost = rule.unit_cost
    if (
        not 0 <= rule.point < rule.up_to <= MOST_UNITS
        or not 0 < rule.pack <= MOST_UNITS
        or (rule.supplier_id is None) is (rule.source_id is None)
        or (cost is not None and not 0 <= cost.amount_minor <= MOST_COST_MINOR)
    ):
        raise ReorderRuleRefusedError
    places = [rule.location_id, *([rule.source_id] if rule.source_id else [])]
    check_places(session, merchant_id=merchant_id, places=places)
    counted_goods(session, merchant_id=merchant_id, variant_ids=[rule.variant_id])
    supplier = {"merchant": merchant_id, "supplier": rule.supplier_id}
    if rule.supplier_id is not None and _SUPPLIER.value(session, supplier) is None:
        raise NotFoundError
    _PUT.run(
        session,
        {
            **supplier,
            "variant": rule.variant_id,
            "location": rule.location_id,
            "point": rule.point,
            "up_to": rule.up_to,
            "pack": rule.pack,
            "source": rule.source_id,
            "cost": cost.amount_minor if cost else None,
            "currency": cost.currency if cost else None,
        },
    )


def drop_reorder_rule(
    session: Session, *, merchant_id: UUID, variant_id: UUID, location_id: UUID
) -> None:
    """Propose nothing for these goods at this place any more.

    Raises:
        NotFoundError: there is no such rule.
    """
    where = {"merchant": merchant_id, "variant": variant_id, "location": location_id}
    if not _DROP.run(session, where):
        raise NotFoundError


def accept_proposals(
    session: Session,
    *,
    merchant_id: UUID,
    accepted: Sequence[AcceptedProposal],
    actor_id: UUID | None = None,
) -> Drafts:
    """Draft what somebody decided to order: one purchase or transfer for each source and place.

    The units are the person's, whatever was proposed. Nothing is ordered or sent by this; goods
    from another place are held there.

    Raises:
        LinesRefusedError: names every line that has no rule, or a number that cannot be meant.
        OutOfStockError: names every line of which the other place has fewer units.
        PlacesRefusedError: a place is out of use.
        NotFoundError: a supplier is out of use.
    """
    refuse([LineFault(None, "nothing")] if not accepted else [])
    refuse(units_faults((each.variant_id, each.quantity) for each in accepted))
    bought, moved = _sorted_by_source(accepted, _rules_of(session, merchant_id, accepted))
    return Drafts(
        purchase_ids=tuple(
            draft_purchase(
                session,
                merchant_id=merchant_id,
                supplier_id=supplier_id,
                location_id=location_id,
                lines=lines,
            )
            for (supplier_id, location_id), lines in sorted(bought.items())
        ),
        transfer_ids=tuple(
            draft_transfer(
                session,
                merchant_id=merchant_id,
                origin_id=source_id,
                destination_id=location_id,
                lines=lines,
                actor_id=actor_id,
            )
            for (source_id, location_id), lines in sorted(moved.items())
        ),
    )


def _rules_of(
    session: Session, merchant_id: UUID, accepted: Sequence[AcceptedProposal]
) -> Mapping[_Shelf, _Rule]:
    """Return the rule of each proposal; refuse those that have none."""
    asked = {
        "merchant": merchant_id,
        "variants": [each.variant_id for each in accepted],
        "locations": [each.location_id for each in accepted],
    }
    rules = {(row.variant_id, row.location_id): row for row in _RULES.all(session, asked)}
    refuse(
        LineFault(each.variant_id, "not-on-it")
        for each in accepted
        if (each.variant_id, each.location_id) not in rules
    )
    return rules


def _sorted_by_source(
    accepted: Sequence[AcceptedProposal], rules: Mapping[_Shelf, _Rule]
) -> tuple[dict[_Way, list[CostedUnits]], dict[_Way, list[Portion]]]:
    """Return what is bought of each supplier for each place, and what moves between places."""
    bought: dict[_Way, list[CostedUnits]] = defaultdict(list)
    moved: dict[_Way, list[Portion]] = defaultdict(list)
    for each in accepted:
        rule = rules[each.variant_id, each.location_id]
        if rule.supplier_id is not None:
            cost = Money(rule.cost, rule.currency)
            costed = CostedUnits(each.variant_id, each.quantity, cost)
            bought[rule.supplier_id, each.location_id].append(costed)
        elif rule.source_id is not None:
            moved[rule.source_id, each.location_id].append(Portion(each.variant_id, each.quantity))
    return bought, moved
