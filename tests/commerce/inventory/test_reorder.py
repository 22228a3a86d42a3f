"""When shelves run low: what is proposed, and that only people order."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from commerce.inventory.errors import (
    LinesRefusedError,
    OutOfStockError,
    PlacesRefusedError,
    ReorderRuleRefusedError,
)
from commerce.inventory.queries import (
    purchase_by_id,
    reorder_proposals,
    reorder_rules,
    transfer_by_id,
)
from commerce.inventory.rows import (
    AcceptedProposal,
    Portion,
    Proposal,
    PurchaseState,
    ReorderRuleRow,
    TransferState,
    Units,
)
from commerce.inventory.service import (
    accept_proposals,
    add_supplier,
    draft_transfer,
    drop_reorder_rule,
    sell_at_till,
    set_reorder_rule,
)
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from tests.support.postgres import TestServer
from tests.support.shop import Shop, own_shop, stock_product
from tests.support.stockroom import assert_the_doctor_is_silent, codes_of, do, read


@pytest.fixture(scope="module")
def shop(postgres_server: TestServer) -> Iterator[Shop]:
    with own_shop(postgres_server) as made:
        yield made
        assert_the_doctor_is_silent(made.database)


@pytest.fixture(scope="module")
def mill(shop: Shop) -> UUID:
    return do(shop, add_supplier, code="MILL", name="Silk mill")


def from_warehouse(shop: Shop, variant: UUID, **terms: int) -> ReorderRuleRow:
    figures = {"point": 2, "up_to": 8, **terms}
    return ReorderRuleRow(variant, shop.store, **figures, source_id=shop.warehouse)


def proposal(shop: Shop, variant: UUID) -> Proposal | None:
    found = read(shop, reorder_proposals)
    return next((each for each in found if each.rule.variant_id == variant), None)


def test_at_its_point_a_shelf_is_proposed_to_be_filled_in_whole_packs(shop: Shop) -> None:
    variant = stock_product(shop, in_warehouse=4, in_store=3)
    do(shop, set_reorder_rule, rule=from_warehouse(shop, variant, pack=5))
    assert proposal(shop, variant) is None
    do(shop, sell_at_till, sale_id=new_id(), lines=[Units(variant, shop.store, 1)])
    found = proposal(shop, variant)
    assert found
    assert (found.available, found.coming, found.units, found.at_source) == (2, 0, 10, 4)


def test_what_is_coming_counts_and_so_does_what_is_drafted(shop: Shop, mill: UUID) -> None:
    variant = stock_product(shop, in_warehouse=9)
    do(shop, set_reorder_rule, rule=from_warehouse(shop, variant))
    terms = {"origin_id": shop.warehouse, "destination_id": shop.store}
    do(shop, draft_transfer, **terms, lines=[Portion(variant, 2)])
    found = proposal(shop, variant)
    assert found
    assert (found.coming, found.units, found.at_source) == (2, 6, 7)
    accepted = [AcceptedProposal(variant, shop.store, found.units)]
    drafts = do(shop, accept_proposals, accepted=accepted)
    row, (line,) = read(shop, transfer_by_id, transfer_id=drafts.transfer_ids[0])
    assert (row.state, line.asked, drafts.purchase_ids) == (TransferState.DRAFT, 6, ())
    assert proposal(shop, variant) is None


def test_goods_of_one_supplier_go_on_one_purchase(shop: Shop, mill: UUID) -> None:
    dear, cheap = (stock_product(shop) for _ in range(2))
    for variant, cost in ((dear, Money(900, "USD")), (cheap, None)):
        rule = ReorderRuleRow(
            variant, shop.store, point=0, up_to=5, supplier_id=mill, unit_cost=cost
        )
        do(shop, set_reorder_rule, rule=rule)
    drafts = do(
        shop,
        accept_proposals,
        accepted=[AcceptedProposal(each, shop.store, 5) for each in (dear, cheap)],
    )
    (purchase,) = drafts.purchase_ids
    row, lines = read(shop, purchase_by_id, purchase_id=purchase)
    assert (row.state, row.supplier_id) == (PurchaseState.DRAFT, mill)
    assert {line.variant_id: line.unit_cost for line in lines} == {
        dear: Money(900, "USD"),
        cheap: Money(0, "CNY"),
    }


def test_a_rule_can_be_changed_and_dropped(shop: Shop) -> None:
    variant = stock_product(shop)
    rule = from_warehouse(shop, variant)
    do(shop, set_reorder_rule, rule=rule)
    do(shop, set_reorder_rule, rule=replace(rule, up_to=20))
    known = read(shop, reorder_rules, location_id=shop.store)
    assert replace(rule, up_to=20) in known
    do(shop, drop_reorder_rule, variant_id=variant, location_id=shop.store)
    with pytest.raises(NotFoundError):
        do(shop, drop_reorder_rule, variant_id=variant, location_id=shop.store)


def test_rules_and_answers_that_cannot_be_meant_are_refused(shop: Shop, mill: UUID) -> None:
    variant = stock_product(shop, in_warehouse=1)
    rule = from_warehouse(shop, variant)
    for wrong in (
        replace(rule, point=-1),
        replace(rule, point=8),
        replace(rule, pack=0),
        replace(rule, up_to=10**12),
        replace(rule, supplier_id=mill),
        replace(rule, source_id=None),
        replace(rule, unit_cost=Money(-1, "CNY")),
    ):
        with pytest.raises(ReorderRuleRefusedError):
            do(shop, set_reorder_rule, rule=wrong)
    with pytest.raises(PlacesRefusedError):
        do(shop, set_reorder_rule, rule=replace(rule, source_id=shop.store))
    with pytest.raises(NotFoundError):
        do(
            shop,
            set_reorder_rule,
            rule=replace(rule, source_id=None, supplier_id=new_id()),
        )
    do(shop, set_reorder_rule, rule=rule)
    for accepted, code in (
        ([], "nothing"),
        ([AcceptedProposal(variant, shop.store, 0)], "units"),
        ([AcceptedProposal(variant, shop.warehouse, 1)], "not-on-it"),
    ):
        with pytest.raises(LinesRefusedError) as caught:
            do(shop, accept_proposals, accepted=accepted)
        assert codes_of(caught) == [code]
    with pytest.raises(OutOfStockError):
        do(shop, accept_proposals, accepted=[AcceptedProposal(variant, shop.store, 2)])
