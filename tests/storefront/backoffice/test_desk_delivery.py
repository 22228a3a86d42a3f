"""The desk's ways of delivery: to which places, and what is refused."""

from commerce.fulfilment.queries import delivery_settings
from commerce.park.permissions import Role
from tests.storefront.desk import Desk

COURIER = {
    "code": "next-day",
    "kind": "parcel",
    "name": "Next day",
    "name_zh": "次日达",
    "countries": "CN",
    "min_days": "1",
    "max_days": "2",
    "prepare_minutes": "0",
    "price": "28.00",
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
    form = {**COURIER, "countries": "CN DE", "regions": "江苏"}
    assert owner.post(f"{desk.root}/settings/delivery/new", data=form).status_code == 422
