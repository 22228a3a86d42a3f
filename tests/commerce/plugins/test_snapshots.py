"""Snapshots: any order, any number of times, the same whole."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.kernel.ids import new_id
from commerce.plugins.payments import (
    CardFacts,
    PaymentSnapshot,
    RefundSnapshot,
    RefundStage,
    Stage,
    reference_handle,
    reference_of,
)

amounts = st.integers(min_value=0, max_value=10_000)
refunds = st.builds(
    RefundSnapshot,
    handle=st.sampled_from(["r1", "r2", "r3"]),
    reference=st.just(UUID(int=5)),
    amount_minor=amounts,
    currency=st.just("CNY"),
    stage=st.sampled_from(RefundStage),
    detail=st.sampled_from(["", "late"]),
)
snapshots = st.builds(
    PaymentSnapshot,
    handle=st.sampled_from(["cs_1", "pi_1"]),
    reference=st.sampled_from([None, UUID(int=7)]),
    currency=st.just("CNY"),
    stage=st.sampled_from(Stage),
    authorised_minor=amounts,
    captured_minor=amounts,
    refunded_minor=amounts,
    refunds=st.lists(refunds, max_size=3, unique_by=lambda refund: refund.handle).map(
        lambda found: tuple(sorted(found, key=lambda refund: refund.handle))
    ),
    card=st.sampled_from(
        [None, CardFacts(brand="visa", last_four="4242"), CardFacts(brand="visa", last_four="0002")]
    ),
    detail=st.sampled_from(["", "declined", "expired"]),
)


@given(snapshots, snapshots, snapshots)
def test_merging_is_commutative_associative_and_idempotent(
    one: PaymentSnapshot, two: PaymentSnapshot, three: PaymentSnapshot
) -> None:
    assert one.merged(two) == two.merged(one)
    assert one.merged(two).merged(three) == one.merged(two.merged(three))
    assert one.merged(one) == one
    assert one.merged(two).merged(two) == one.merged(two)


@given(snapshots, snapshots)
def test_what_was_taken_never_shrinks(one: PaymentSnapshot, two: PaymentSnapshot) -> None:
    whole = one.merged(two)

    assert whole.captured_minor >= max(one.captured_minor, two.captured_minor)
    if Stage.CAPTURED in {one.stage, two.stage}:
        assert whole.stage is Stage.CAPTURED


def test_one_payment_has_one_currency() -> None:
    yuan = PaymentSnapshot(handle="p", reference=None, currency="CNY", stage=Stage.PENDING)
    euro = PaymentSnapshot(handle="p", reference=None, currency="EUR", stage=Stage.PENDING)

    with pytest.raises(ValueError, match="CNY and EUR"):
        yuan.merged(euro)


def test_a_handle_made_of_our_reference_gives_it_back() -> None:
    reference = new_id()

    assert reference_of(reference_handle(reference)) == reference
    assert reference_of("pay_0123") is None
