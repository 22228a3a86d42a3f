"""The desk's ways of delivery: to which places, and what is refused."""

from datetime import time, timedelta

from commerce.fulfilment.queries import (
    closed_days,
    delivery_settings,
    opening_hours,
    options_for,
)
from commerce.fulfilment.rows import DeliveryKind, DeliveryPrice, DeliverySetting
from commerce.fulfilment.service import put_delivery_option
from commerce.kernel.clock import utc_now
from commerce.kernel.money import Money
from commerce.park.permissions import Role
from commerce.pricing.service import create_price_list
from tests.storefront.desk import Desk
from tests.support.forms import sent_by

COURIER = {
    "code": "next-day",
    "kind": "parcel",
    "name": "Next day",
    "name_zh": "次日达",
    "countries": "CN",
    "min_days": "1",
    "max_days": "2",
    "prepare_minutes": "0",
    "price_CNY": "28.00",
    "active": "y",
}


def regions_kept(desk: Desk) -> tuple[str, ...]:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        options = {option.code: option for option in delivery_settings(connection)}
    return options["next-day"].regions


def test_a_courier_may_serve_some_provinces_only(desk: Desk) -> None:
    owner = desk.as_role(Role.OWNER)
    form = {**COURIER, "regions": "Shanghai, 江苏、浙江省"}
    answer = owner.post(f"{desk.root}/settings/delivery/new", data=form)
    assert answer.status_code == 303, answer.text
    assert regions_kept(desk) == ("上海市", "江苏省", "浙江省")
    assert "上海市, 江苏省, 浙江省" in owner.get(f"{desk.root}/settings/delivery/next-day").text


def test_a_province_that_nobody_knows_is_refused_and_nothing_typed_is_lost(desk: Desk) -> None:
    owner = desk.as_role(Role.OWNER)
    form = {**COURIER, "regions": "Atlantis"}
    answer = owner.post(f"{desk.root}/settings/delivery/new", data=form)
    assert answer.status_code == 422
    assert "Atlantis" in answer.text
    assert "is no region of the one country" in answer.text


def test_provinces_of_several_countries_are_refused(desk: Desk) -> None:
    owner = desk.as_role(Role.OWNER)
    form = {**COURIER, "countries": ["CN", "DE"], "regions": "江苏"}
    assert owner.post(f"{desk.root}/settings/delivery/new", data=form).status_code == 422


def test_destinations_of_their_own_are_added_by_page_and_shared_by_several_ways(
    desk: Desk,
) -> None:
    owner = desk.as_role(Role.OWNER)
    nearby = {**COURIER, "countries": ["HK", "MO", "TW"]}
    for code in ("nearby", "nearby-express"):
        answer = owner.post(
            f"{desk.root}/settings/delivery/new", data={**nearby, "code": code, "name": code}
        )
        assert answer.status_code == 303, answer.text
    page = owner.get(f"{desk.root}/settings/delivery").text
    assert "nearby-express" in page
    for country in ("HK", "MO", "TW"):
        with desk.shop.database.reading(desk.shop.scope) as connection:
            ways = options_for(
                connection,
                country=country,
                subtotal=Money(10_000, "CNY"),
                weight_grams=500,
                kinds=[DeliveryKind.PARCEL],
                at=utc_now(),
            )
        assert {way.key for way in ways} == {"nearby", "nearby-express"}


def test_what_the_page_does_not_show_of_a_way_stays(desk: Desk) -> None:
    tiers = (
        DeliveryPrice(Money(1000, "CNY"), up_to_grams=500),
        DeliveryPrice(Money(2500, "CNY")),
        DeliveryPrice(Money(400, "EUR")),
    )
    way = DeliverySetting(
        code="next-day",
        kind=DeliveryKind.PARCEL,
        name="Next day",
        name_zh="次日达",
        group="world",
        cut_off=time(17, 30),
        working_days=(1, 2, 3, 4, 5, 6),
        position=3,
        prices=tiers,
    )
    with desk.shop.database.transaction(desk.shop.scope) as session:
        put_delivery_option(session, merchant_id=desk.shop.merchant.id, option=way)
    form = {name: value for name, value in COURIER.items() if name != "price_CNY"}
    form |= {"countries": "*", "price_CNY_500": "12.00"}
    answer = desk.as_role(Role.OWNER).post(f"{desk.root}/settings/delivery/next-day", data=form)
    assert answer.status_code == 303, answer.text
    with desk.shop.database.reading(desk.shop.scope) as connection:
        (kept,) = [each for each in delivery_settings(connection) if each.code == "next-day"]
    assert (kept.cut_off, kept.working_days, kept.position, kept.group) == (
        time(17, 30),
        (1, 2, 3, 4, 5, 6),
        3,
        "world",
    )
    assert set(kept.prices) == {
        DeliveryPrice(Money(1200, "CNY"), up_to_grams=500),
        *tiers[1:],
    }


def test_holidays_are_planned_in_a_row_and_taken_back_one_by_one(desk: Desk) -> None:
    client = desk.as_role(Role.MANAGER)
    url = f"{desk.root}/stores/{desk.shop.store}/days"
    assert "No holiday ahead" in client.get(url).text
    first = utc_now().date() + timedelta(days=3)
    typed = {
        "first": first.isoformat(),
        "last": (first + timedelta(days=2)).isoformat(),
        "reason": "National Day",
        "reason_zh": "国庆节",
    }
    backwards = {**typed, "last": "2020-01-01", "hours": "late"}
    refused = client.post(url, data=backwards)
    assert refused.status_code == 422
    for told in ("before the first", "one span", 'value="late"', 'value="National Day"'):
        assert told in refused.text
    assert client.post(url, data=typed).status_code == 303
    open_late = {"first": first.isoformat(), "hours": "12:00-15:00"}
    assert client.post(url, data=open_late).status_code == 303
    last = {"day": (first + timedelta(days=2)).isoformat()}
    assert client.post(f"{url}/usual", data=last).status_code == 303
    with desk.shop.database.reading(desk.shop.scope) as connection:
        known = closed_days(connection, since=first)
    assert [(each.day, each.opens, each.reason) for each in known] == [
        (first, time(12), ""),
        (first + timedelta(days=1), None, "National Day"),
    ]
    assert "12:00–15:00" in client.get(f"{desk.root}/stores/{desk.shop.store}").text


def test_days_without_parcels_count_for_every_promise_and_for_no_store(desk: Desk) -> None:
    client, clerk = desk.as_role(Role.MANAGER), desk.as_role(Role.CLERK)
    url = f"{desk.root}/stores/days"
    assert "Parcels travel on every working day" in clerk.get(url).text
    first = utc_now().date() + timedelta(days=40)
    typed = {
        "first": first.isoformat(),
        "last": (first + timedelta(days=1)).isoformat(),
        "hours": "10:00-12:00",
        "reason": "Typhoon",
    }
    assert clerk.post(url, data=typed).status_code == 403
    assert client.post(url, data={**typed, "last": "2020-01-01"}).status_code == 422
    assert client.post(url, data=typed).status_code == 303
    assert client.post(f"{url}/usual", data={"day": first.isoformat()}).status_code == 303
    assert "Typhoon" in client.get(url).text
    with desk.shop.database.reading(desk.shop.scope) as connection:
        (known,) = closed_days(connection, since=first)
    assert (known.day, known.location_id) == (first + timedelta(days=1), None)
    assert (known.opens, known.reason) == (None, "Typhoon")
    assert "Typhoon" not in client.get(f"{desk.root}/stores/{desk.shop.store}/days").text


def test_every_price_of_a_way_is_seen_changed_and_taken_away(desk: Desk) -> None:
    owner, url = desk.as_role(Role.OWNER), f"{desk.root}/settings/delivery/parcel"
    with desk.shop.database.transaction(desk.shop.scope) as session:
        for code in ("JPY", "EUR"):
            create_price_list(
                session,
                merchant_id=desk.shop.merchant.id,
                code=code.lower(),
                name=code,
                name_zh=code,
                currency=code,
                includes_tax=True,
            )
    for page in ("settings/prices", "settings/delivery", ""):
        told = owner.get(f"{desk.root}/{page}").text
        assert "JPY" in told
        assert "settings/delivery/parcel" in told or page == ""
    assert "No delivery price in JPY" in owner.get(f"{desk.root}/").text
    form = sent_by(owner.get(url).text, url)
    assert [name for name in form if name.startswith("price_")] == [
        "price_CNY",
        "price_EUR",
        "price_JPY",
    ]
    lone = owner.post(url, data={**form, "free_from_JPY": "9000"})
    assert lone.status_code == 422
    assert "Give the price, too" in lone.text
    typed = {**form, "price_JPY": "1500", "free_from_JPY": "9000", "price_EUR": "4,50"}
    assert owner.post(url, data=typed).status_code == 303
    with desk.shop.database.reading(desk.shop.scope) as connection:
        (kept,) = [each for each in delivery_settings(connection) if each.code == "parcel"]
    assert kept.prices == (
        DeliveryPrice(Money(1000, "CNY")),
        DeliveryPrice(Money(450, "EUR")),
        DeliveryPrice(Money(1500, "JPY"), Money(9000, "JPY")),
    )
    assert "No delivery price" not in owner.get(f"{desk.root}/").text
    again = sent_by(owner.get(url).text, url)
    assert owner.post(url, data={**again, "price_EUR": ""}).status_code == 303
    assert "No delivery price in EUR" in owner.get(f"{desk.root}/").text


def test_a_stores_address_and_hours_are_saved_together_and_nothing_typed_is_lost(
    desk: Desk,
) -> None:
    client, url = desk.as_role(Role.MANAGER), f"{desk.root}/stores/{desk.shop.store}"

    def week() -> list[tuple[int, str, str]]:
        with desk.shop.database.reading(desk.shop.scope) as connection:
            found = opening_hours(connection, location_ids=[desk.shop.store])[desk.shop.store]
        return sorted((s.weekday, f"{s.opens:%H:%M}", f"{s.closes:%H:%M}") for s in found.spans)

    drawn = {name: values[-1] for name, values in sent_by(client.get(url).text, url).items()}
    noon = {"opens_1b": "15:00", "closes_1b": "20:00"}
    typed = {**drawn, "address": "Nanjing Rd 1", "opens_1": "10:00", "closes_1": "9:30", **noon}
    refused = client.post(url, data={**typed, "like_2": "y"})
    assert refused.status_code == 422
    for kept in ('value="Nanjing Rd 1"', 'value="15:00"', "before the store opens"):
        assert kept in refused.text
    twice = client.post(url, data={**typed, "closes_1": "16:00"})
    assert "The store is open at this time already." in twice.text
    monday = [("10:00", "12:30"), ("15:00", "20:00")]
    night = {**typed, "opens_1b": "18:00", "closes_1b": "2:00", "closes_1": "12:30"}
    assert (
        client.post(url, data={**night, "opens_2": "01:00", "closes_2": "05:00"}).status_code == 422
    )
    assert client.post(url, data=night).status_code == 303
    clerk = desk.as_role(Role.CLERK).get(url).text
    assert "10:00–12:30, 18:00–02:00" in clerk
    assert "<input" not in clerk.partition("<main")[2]
    typed["seal"] = client.seal(url)
    saved = client.post(url, data={**typed, "closes_1": "12:30", "like_2": "y"})
    assert saved.status_code == 303
    assert week() == [(day, *span) for day in (1, 2) for span in monday]
    page = client.get(url).text
    assert 'value="Nanjing Rd 1"' in page
    again = {name: values[-1] for name, values in sent_by(page, url).items()}
    assert again["closed_3"] == "y", "a day without hours is told as closed"
    opened = {**again, "closed_1": "y", "opens_3": "11:00", "closes_3": "00:00"}
    assert client.post(url, data=opened).status_code == 303
    assert week() == [(2, *span) for span in monday] + [(3, "11:00", "23:59")], (
        "a day that is ticked now closes; hours typed on a closed day open it"
    )
