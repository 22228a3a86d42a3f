"""Two people change the same thing at the same time: neither loses what the other wrote."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from commerce.catalogue.service.categories import CategoryText, create_category
from commerce.fulfilment.rows import OpenSpan
from commerce.fulfilment.service import set_store_hours
from commerce.kernel.clock import utc_now
from commerce.park.permissions import Role
from commerce.park.queries.shop_stories import StoryWords
from commerce.park.queries.staff import list_colleagues
from commerce.park.service.shop_stories import write_story
from commerce.pricing.service import create_price_list
from commerce.registers.service import add_register
from tests.storefront.desk import Desk
from tests.support.forms import sent_by
from tests.support.shop import Shop


@dataclass(frozen=True)
class Form:
    """A form of the desk, and the fields that each of two people changes in it."""

    page: Callable[[Desk], str]
    hers: tuple[str, str]
    his: tuple[str, str]
    deed: str = ""
    """What stands behind the page's address in the form's own."""


def _category(shop: Shop) -> UUID:
    with shop.database.transaction(shop.scope) as session:
        return create_category(
            session,
            merchant_id=shop.merchant.id,
            path="tea",
            texts={"en": CategoryText("Tea"), "zh": CategoryText("茶")},
        )


def _story(shop: Shop) -> UUID:
    with shop.database.transaction(shop.scope) as session:
        return write_story(
            session,
            merchant_id=shop.merchant.id,
            words=StoryWords(title="The kiln", title_zh="窑", text="Fire.", text_zh="火。"),
            actor_id=None,
            now=utc_now(),
        )


def _till(shop: Shop, series: str) -> UUID:
    with shop.database.transaction(shop.scope) as session:
        return add_register(
            session,
            merchant_id=shop.merchant.id,
            location_id=shop.store,
            name="Till",
            name_zh="收银台",
            series=series,
        )


def _open_on_mondays(shop: Shop) -> str:
    with shop.database.transaction(shop.scope) as session:
        set_store_hours(
            session,
            merchant_id=shop.merchant.id,
            location_id=shop.store,
            spans=[OpenSpan(1, time(10), time(20))],
        )
    return f"stores/{shop.store}"


def _colleague(desk: Desk) -> UUID:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        (found, *_) = list_colleagues(connection, merchant_id=desk.shop.merchant.id)
    return found.staff_id


FORMS = {
    "category": Form(
        lambda desk: f"products/categories/{_category(desk.shop)}",
        ("en_name", "Leaves"),
        ("zh_name", "茶叶"),
    ),
    "policy": Form(
        lambda _desk: "settings/policies/returns", ("text", "Thirty days."), ("text_zh", "三十天。")
    ),
    "delivery": Form(
        lambda _desk: "settings/delivery/parcel", ("price_CNY", "12.00"), ("max_days", "9")
    ),
    "place": Form(
        lambda desk: f"stores/{desk.shop.store}", ("phone", "021 5555"), ("address", "Nanjing Rd 1")
    ),
    "hours": Form(
        lambda desk: _open_on_mondays(desk.shop), ("opens_1", "09:00"), ("closes_1", "19:00")
    ),
    "till": Form(
        lambda desk: f"stores/tills/{_till(desk.shop, 'MW1')}",
        ("name", "By the door"),
        ("name_zh", "门口"),
        deed="/name",
    ),
    "printer": Form(
        lambda desk: f"stores/tills/{_till(desk.shop, 'MW2')}",
        ("kind", "file"),
        ("columns", "32"),
        deed="/printer",
    ),
    "story": Form(
        lambda desk: f"stories/{_story(desk.shop)}",
        ("title", "The old kiln"),
        ("text_zh", "窑火。"),
    ),
    "shop words": Form(
        lambda _desk: "stories/shop", ("tagline", "Made by hand"), ("tagline_zh", "手工")
    ),
    "store words": Form(
        lambda desk: f"stories/stores/{desk.shop.store}",
        ("about", "Quiet."),
        ("about_zh", "安静。"),
    ),
    "shop": Form(lambda _desk: "settings/", ("name", "Jade Road"), ("name_zh", "玉路")),
    "till rules": Form(
        lambda _desk: "settings/tills", ("discount_limit", "7"), ("lock_after_seconds", "99")
    ),
    "rounding": Form(lambda _desk: "settings/rounding", ("coin", "0.10"), ("tax", "total")),
    "names": Form(
        lambda desk: f"staff/{_colleague(desk)}",
        ("name_en", "Lin R."),
        ("name_zh", "林若"),
        "/names",
    ),
}


def _filled(client: FlaskClient, url: str, deed: str) -> dict[str, list[str]]:
    return _last(client.get(url).text, url + deed)


def _last(page: str, form: str) -> dict[str, list[str]]:
    """Return what the last form of the page with this address holds, one value a field."""
    return {name: values[-1:] for name, values in sent_by(page, form).items()}


@pytest.fixture(scope="module")
def desk(open_desk: Callable[[str], Desk]) -> Desk:
    return open_desk("http://localhost")


@pytest.fixture(scope="module")
def client(desk: Desk) -> FlaskClient:
    return desk.as_role(Role.OWNER)


@pytest.mark.parametrize("kind", FORMS)
def test_what_a_colleague_saved_meanwhile_is_told_and_kept(
    desk: Desk, client: FlaskClient, kind: str
) -> None:
    form = FORMS[kind]
    url = f"{desk.root}/{form.page(desk)}"
    hers = his = _filled(client, url, form.deed)
    (one, new), (other, newer) = form.hers, form.his
    by_hand = client.post(url + form.deed, data={**hers, one: new, "seal": ""})
    assert by_hand.status_code == 409, "a form that saw nothing overwrites nothing"
    assert client.post(url + form.deed, data={**hers, one: new}).status_code == 303
    stale = client.post(url + form.deed, data={**his, other: newer})
    assert stale.status_code == 409
    assert "Changed by somebody else" in stale.text
    kept = _filled(client, url, form.deed)
    assert (kept[one], kept[other]) == ([new], his[other]), "nothing is saved yet"
    shown = _last(stale.text, url + form.deed)
    assert (shown[one], shown[other]) == ([new], [newer]), "both stand in the form"
    assert client.post(url + form.deed, data=shown).status_code == 303
    both = _filled(client, url, form.deed)
    assert (both[one], both[other]) == ([new], [newer])


def test_where_both_wrote_theirs_is_told_and_ones_own_stays_in_the_form(
    desk: Desk, client: FlaskClient
) -> None:
    url = f"{desk.root}/settings/policies/terms"
    before = _filled(client, url, "")
    assert (
        client.post(url, data={**before, "text": "Ten days.", "do": "publish"}).status_code == 303
    )
    stale = client.post(url, data={**before, "text": "Nine days.", "do": "publish"})
    told = stale.text[: stale.text.index("<form", stale.text.index('id="changed-meanwhile"'))]
    for words in ("Text (English)", "Ten days.", "<b>Nine days.</b>"):
        assert words in told
    assert sent_by(stale.text, url)["text"] == ["Nine days."]


def test_the_rules_of_one_currency_are_not_stale_by_those_of_another(
    desk: Desk, client: FlaskClient
) -> None:
    url = f"{desk.root}/settings/rounding"
    with desk.shop.database.transaction(desk.shop.scope) as session:
        create_price_list(
            session,
            merchant_id=desk.shop.merchant.id,
            code="eur",
            name="Euros",
            name_zh="欧元",
            currency="EUR",
            includes_tax=True,
        )
    drawn = _filled(client, url, "")
    assert client.post(url, data={**drawn, "coin": "0.50"}).status_code == 303
    euros = {**drawn, "currency": "EUR", "coin": "0.05"}
    assert client.post(url, data=euros).status_code == 303
    assert client.post(url, data={**euros, "coin": "0.02"}).status_code == 409
