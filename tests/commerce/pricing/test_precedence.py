"""What is told of which list counts first is what the hot read does."""

from datetime import UTC, datetime, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from commerce.kernel.channel import Channel
from commerce.kernel.ids import new_id
from commerce.pricing.precedence import behind, overtaken
from commerce.pricing.rows import PriceListRow

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DAY = timedelta(days=1)


def made(
    *, begun: int, passing: bool = False, channel: Channel | None = None, currency: str = "USD"
) -> PriceListRow:
    return PriceListRow(
        id=new_id(),
        code="code",
        name="List",
        name_zh="价目表",
        currency=currency,
        channel=channel,
        is_base=False,
        includes_tax=True,
        valid_from=NOW - begun * DAY,
        valid_to=NOW + DAY if passing else None,
        derived_from=None,
        ending=None,
    )


def test_the_newer_of_two_lasting_lists_comes_first() -> None:
    old, new = made(begun=9), made(begun=1)
    assert behind([old, new], at=NOW) == {new.id: (), old.id: (new,)}
    assert overtaken([old, new], currency="USD", channel=None, at=NOW) == (old, new)


def test_a_sale_comes_before_what_lasts_and_overtakes_nothing_for_good() -> None:
    sale, lasting = made(begun=5, passing=True), made(begun=1)
    assert behind([lasting, sale], at=NOW)[lasting.id] == (sale,)
    assert overtaken([sale], currency="USD", channel=None, at=NOW) == ()


def test_a_list_of_one_counter_stays_before_a_new_one_for_all() -> None:
    web, till = made(begun=9, channel=Channel.WEB), made(begun=8, channel=Channel.TILL)
    every_one = made(begun=1)
    assert overtaken([web, till], currency="USD", channel=None, at=NOW) == ()
    assert overtaken([web, every_one], currency="USD", channel=Channel.WEB, at=NOW) == (
        web,
        every_one,
    )
    found = behind([web, till, every_one], at=NOW)
    assert set(found[every_one.id]) == {web, till}
    assert (found[web.id], found[till.id]) == ((), ())


lists = st.builds(
    made,
    begun=st.integers(-2, 5),
    passing=st.booleans(),
    channel=st.sampled_from([None, Channel.WEB, Channel.TILL]),
    currency=st.sampled_from(["USD", "EUR"]),
)


@given(st.lists(lists, max_size=6))
def test_no_two_lists_stand_behind_each_other(found: list[PriceListRow]) -> None:
    told = behind(found, at=NOW)
    for one, other in product(found, found):
        if one.id in told and other.id in told:
            assert not (other in told[one.id] and one in told[other.id])
    assert all(each.valid_from <= NOW for each in found if each.id in told)
