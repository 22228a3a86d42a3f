"""Promotions at the desk: described in a form, told in one sentence, opened by codes, kept apart."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from commerce.catalogue.queries import product_titles
from commerce.catalogue.service.categories import CategoryText, create_category
from commerce.customers.queries import members_of
from commerce.customers.service import remember_customer
from commerce.kernel.channel import Channel
from commerce.kernel.ids import new_id
from commerce.park.permissions import Role
from commerce.pricing.promotions.queries import codes_of, promotion_card, promotion_cards
from commerce.pricing.promotions.rows import (
    Amount,
    Bundle,
    BuyGet,
    CodeRow,
    Part,
    Percentage,
    PromotionCard,
    Selection,
    Shipping,
    Stacking,
)
from commerce.web.languages import COOKIE
from tests.storefront.desk import Desk
from tests.support.forms import sent_by
from tests.support.promotions import promote, welcome_to_club
from tests.support.shop import Shop, open_shop, stock_product

NAMES = {"name": "Tea week", "name_zh": "茶叶周"}
RULES = {"stacking": "combine", "position": "0"}
TEN_OFF = {**NAMES, **RULES, "percent": "10"}


@pytest.fixture(scope="module")
def desk(open_desk: Callable[[str], Desk]) -> Desk:
    return open_desk("http://localhost")


@pytest.fixture(scope="module")
def manager(desk: Desk) -> FlaskClient:
    return desk.as_role(Role.MANAGER)


@pytest.fixture(scope="module")
def tea(desk: Desk) -> UUID:
    """Let there be a shelf of tea."""
    with desk.shop.database.transaction(desk.shop.scope) as session:
        return create_category(
            session,
            merchant_id=desk.shop.merchant.id,
            path="tea",
            texts={"en": CategoryText("Tea", ""), "zh": CategoryText("茶", "")},
        )


def describe(desk: Desk, client: FlaskClient, kind: str, **form: Any) -> PromotionCard:
    """Send the form of a new promotion and return what is kept."""
    answer = client.post(
        f"{desk.root}/promotions/new/{kind}", data={"wish": str(new_id()), **NAMES, **RULES, **form}
    )
    assert answer.status_code == 303, answer.text
    return card(desk, UUID(answer.headers["Location"].rpartition("/")[2]))


def refused(desk: Desk, client: FlaskClient, kind: str, **form: Any) -> str:
    """Send a form that cannot be kept and return the page that says why."""
    answer = client.post(
        f"{desk.root}/promotions/new/{kind}", data={"wish": str(new_id()), **NAMES, **RULES, **form}
    )
    assert answer.status_code == 422
    return answer.text


def card(desk: Desk, promotion_id: UUID) -> PromotionCard:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        return promotion_card(connection, promotion_id=promotion_id)


def codes(desk: Desk, promotion_id: UUID) -> tuple[CodeRow, ...]:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        return codes_of(connection, promotion_id=promotion_id)


def product_of(desk: Desk, name: str) -> tuple[UUID, str, str]:
    """Put a product on sale; return its id, its handle and its SKU."""
    variant = stock_product(desk.shop, name=name)
    with desk.shop.database.reading(desk.shop.scope) as connection:
        row = connection.exec_driver_sql(
            "SELECT product_id, sku FROM variant WHERE id = %s", (variant,)
        ).one()
        (handle, _name) = product_titles(connection, product_ids=[row.product_id], locale="en")[
            row.product_id
        ]
    return row.product_id, handle, row.sku


def test_a_share_off_a_shelf_is_described_told_and_read_back(
    desk: Desk, manager: FlaskClient, tea: UUID
) -> None:
    made = describe(
        desk,
        manager,
        "percentage",
        percent="12.5",
        goods_categories=str(tea),
        goods_tags="spring，Gift",
        minimum_amount_CNY="300",
        minimum_quantity="2",
        channels=["web", "till"],
        countries=["CN", "DE"],
        valid_from="2030-11-11T20:00",
        valid_to="2030-11-12",
        limit_total="500",
        limit_per_customer="1",
        needs_code="y",
        stacking="exclusive",
        position="3",
    )
    draft, asked = made.draft, made.draft.conditions
    assert draft.effect == Percentage(1250)
    assert draft.goods == Selection(categories=frozenset({tea}), tags=frozenset({"spring", "Gift"}))
    assert (asked.minimum_quantity, asked.minimum_amounts) == (2, {"CNY": 30000})
    assert asked.channels == {Channel.WEB, Channel.TILL}
    assert asked.countries == {"CN", "DE"}
    assert asked.valid_from == datetime(2030, 11, 11, 12, tzinfo=UTC)
    assert asked.valid_to == datetime(2030, 11, 11, 16, tzinfo=UTC)
    assert (draft.limit_total, draft.limit_per_customer) == (500, 1)
    assert (draft.stacking, draft.position, draft.needs_code) == (Stacking.EXCLUSIVE, 3, True)
    page = manager.get(f"{desk.root}/promotions/{made.id}").text
    assert "12.5% off Tea / goods with the tag Gift" in page
    for shown in ('value="12.5"', 'value="2030-11-11T20:00"', 'value="300.00"', "Gift, spring"):
        assert shown in page, shown
    assert "from ¥300.00" in manager.get(f"{desk.root}/promotions/").text


def test_every_kind_is_kept_as_its_form_says_it(desk: Desk, manager: FlaskClient) -> None:
    pot, pot_handle, pot_sku = product_of(desk, "Gaiwan")
    cup, cup_handle, _sku = product_of(desk, "Cup")
    each = describe(
        desk, manager, "amount", effect_amount_CNY="5", each="each", goods_products=pot_sku
    )
    assert each.draft.effect == Amount({"CNY": 500}, each=True)
    assert each.draft.goods == Selection(products=frozenset({pot}))
    bundle = describe(
        desk,
        manager,
        "bundle",
        effect_price_CNY="398",
        part0_quantity="1",
        part0_products=pot_handle,
        part1_quantity="2",
        part1_products=f"http://localhost/en/porcelain-road/products/{cup_handle}",
        part2_quantity="",
    )
    goods = [Selection(products=frozenset({each})) for each in (pot, cup)]
    assert bundle.draft.effect == Bundle((Part(goods[0], 1), Part(goods[1], 2)), {"CNY": 39800})
    offer = {"buy": "2", "get": "1", "percent": "50"}
    same = describe(desk, manager, "buy_get", of="same", got_tags="ignored", **offer)
    assert same.draft.effect == BuyGet(2, 1, 5000)
    other = describe(
        desk, manager, "buy_get", of="other", got_products=cup_handle, most="3", **offer
    )
    assert other.draft.effect == BuyGet(2, 1, 5000, goods[1], 3)
    free = describe(desk, manager, "shipping", percent="100", effect_most_CNY="20")
    assert free.draft.effect == Shipping(10_000, {"CNY": 2000})
    listed = manager.get(f"{desk.root}/promotions/").text
    for told in (
        "¥5.00 off each unit of Gaiwan",
        "1 × Gaiwan + 2 × Cup for ¥398.00",
        "Of everything buy 2 and get 1 more for 50% less",
        "Buy 2 of everything and get 1 of Cup for 50% less, at most 3 times in an order",
        "Free delivery, at most ¥20.00",
    ):
        assert told in listed, told
    for made in (each, bundle, same, other, free):
        url = f"{desk.root}/promotions/{made.id}"
        assert manager.get(url).status_code == 200


def test_a_promotion_saved_as_it_stands_is_the_same_promotion(
    desk: Desk, manager: FlaskClient
) -> None:
    _pot, handle, _sku = product_of(desk, "Kettle")
    form = {
        **NAMES,
        **RULES,
        "effect_price_CNY": "98.50",
        "part0_quantity": "3",
        "part0_products": handle,
        "but_tags": "last piece",
    }
    made = describe(desk, manager, "bundle", **form)
    url = f"{desk.root}/promotions/{made.id}"
    drawn = sent_by(manager.get(url).text, url)
    more = manager.post(url, data={**drawn, "do": "more"})
    again = {**sent_by(more.text, url), "part4_quantity": "1", "part4_products": handle}
    assert manager.post(url, data=again).status_code == 303
    grown = card(desk, made.id).draft.effect
    assert isinstance(grown, Bundle)
    assert len(grown.parts) == 2
    assert manager.post(url, data=form).status_code == 303
    assert card(desk, made.id).draft == made.draft


def test_a_bundle_has_room_for_more_parts_without_a_script(
    desk: Desk, manager: FlaskClient
) -> None:
    form = {**NAMES, **RULES, "part0_quantity": "1", "part2_quantity": "", "do": "more"}
    page = manager.post(f"{desk.root}/promotions/new/bundle", data=form)
    assert page.status_code == 200
    assert 'name="part4_quantity"' in page.text
    assert 'name="part5_quantity"' not in page.text


@pytest.mark.parametrize(
    "case",
    [
        ("percentage", {"percent": "0"}, "percent", "Give a share above zero"),
        ("percentage", {"percent": "101"}, "percent", "100 at most"),
        ("percentage", {"percent": "ten"}, "percent", "Give a percentage such as"),
        ("percentage", {"percent": "5", "name_zh": ""}, "name_zh", "Fill in this field."),
        ("amount", {"each": "all"}, "effect_amount_CNY", "Give an amount above zero"),
        ("bundle", {"effect_price_CNY": "9"}, "part0_quantity", "A bundle has 1 to 20 parts"),
        ("bundle", {"part0_quantity": "1"}, "effect_price_CNY", "Say what the bundle costs"),
        ("bundle", {"part1_tags": "tea"}, "part1_quantity", "Say how many units of these"),
        ("buy_get", {"buy": "0", "get": "1", "percent": "50"}, "buy", "from 1 to 999"),
        (
            "percentage",
            {"percent": "5", "valid_from": "2030-01-02", "valid_to": "2030-01-01"},
            "valid_to",
            "must end after it begins",
        ),
        ("percentage", {"percent": "5", "valid_to": "9999-12-31"}, "valid_to", "Give a day and a"),
        ("percentage", {"percent": "5", "valid_to": "soon"}, "valid_to", "Give a day and a time"),
        (
            "percentage",
            {"percent": "5", "goods_products": "nothing\n\nwanted"},
            "goods_products",
            "line 1, “nothing”; line 3, “wanted”",
        ),
        (
            "percentage",
            {"percent": "5", "minimum_amount_CNY": "0"},
            "minimum_amount_CNY",
            "A minimum is an amount",
        ),
        ("percentage", {"percent": "5", "limit_total": "0"}, "limit_total", "from 1 to"),
        ("percentage", {"percent": "5", "countries": "Atlantis"}, "countries", "Choose from"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field_and_nothing_typed_is_lost(
    desk: Desk, manager: FlaskClient, case: tuple[str, dict[str, str], str, str]
) -> None:
    kind, form, field, sentence = case
    page = refused(desk, manager, kind, **{"of": "same", "each": "all", **form, "but_tags": "kept"})
    at = page.split(f'id="{field}-error"', 1)
    assert len(at) == 2, page
    assert sentence in at[1].split("</p>", 1)[0]
    assert 'value="kept"' in page


def test_a_double_click_makes_one_promotion(desk: Desk, manager: FlaskClient) -> None:
    form = {**TEN_OFF, "name": "Twice", "wish": str(new_id())}
    for _again in range(2):
        answer = manager.post(f"{desk.root}/promotions/new/percentage", data=form)
        assert answer.status_code == 303
    with desk.shop.database.reading(desk.shop.scope) as connection:
        named = [each.draft.name for each in promotion_cards(connection)]
    assert named.count("Twice") == 1


def test_what_somebody_else_saved_meanwhile_is_not_lost_unread(
    desk: Desk, manager: FlaskClient
) -> None:
    made = describe(desk, manager, "percentage", percent="10")
    url = f"{desk.root}/promotions/{made.id}"
    before = {name: values[-1] for name, values in sent_by(manager.get(url).text, url).items()}
    assert manager.post(url, data={**before, "percent": "20", "name": "Hers"}).status_code == 303
    late = manager.post(url, data={**before, "percent": "30", "limit_total": "5"})
    assert late.status_code == 409
    told = late.text[late.text.index('id="changed-meanwhile"') :]
    for words in ("Percent off", ">20<", "<b>30</b>", "Hers", "Save with my words"):
        assert words in told
    assert card(desk, made.id).draft.effect == Percentage(2000)
    again = {name: values[-1] for name, values in sent_by(late.text, url).items()}
    assert manager.post(url, data=again).status_code == 303
    kept = card(desk, made.id).draft
    assert (kept.effect, kept.name, kept.limit_total) == (Percentage(3000), "Hers", 5)


def test_products_are_found_by_words_ticked_and_added_without_a_script(
    desk: Desk, manager: FlaskClient
) -> None:
    product, handle, sku = product_of(desk, "Samovar")
    url = f"{desk.root}/promotions/new/percentage"
    form = {"wish": str(new_id()), **TEN_OFF, "goods_products": sku, "goods_find": "samov"}
    found = manager.post(url, data=form)
    assert found.status_code == 200, "words that were not looked for yet are, whatever was pressed"
    assert f'name="goods_add" value="{handle}"' in found.text
    none = manager.post(url, data={**form, "goods_find": "zeppelin"})
    assert "No product is called so." in none.text
    drawn = {name: values[-1] for name, values in sent_by(found.text, url).items()}
    added = manager.post(url, data={**drawn, "goods_add": handle, "do": "find"})
    assert sent_by(added.text, url)["goods_products"] == [f"{sku}\n{handle}"]
    saved = manager.post(url, data={**drawn, "goods_add": handle})
    assert saved.status_code == 303
    made = card(desk, UUID(saved.headers["Location"].rpartition("/")[2]))
    assert made.draft.goods == Selection(products=frozenset({product}))
    assert "Samovar" in manager.get(f"{desk.root}/promotions/{made.id}").text


def test_odd_ids_name_no_category(desk: Desk, manager: FlaskClient) -> None:
    for kind in ("percentage", "bundle"):
        refused(desk, manager, kind, goods_categories="-1", but_categories="x", percent="10")


def test_what_was_removed_from_the_shop_stays_named_when_the_form_is_saved(
    desk: Desk, manager: FlaskClient
) -> None:
    gone = new_id()
    made = promote(
        desk.shop, goods=Selection(categories=frozenset({gone})), groups=frozenset({gone})
    )
    page = manager.get(f"{desk.root}/promotions/{made}").text
    assert page.count(f'value="{gone}" checked') == 2
    assert "removed group" in page


def test_a_promotion_is_switched_off_and_on(desk: Desk, manager: FlaskClient) -> None:
    made = promote(desk.shop)
    url = f"{desk.root}/promotions/{made}"
    assert "Running" in manager.get(url).text
    manager.post(f"{url}/state", data={"do": "off"})
    assert card(desk, made).switched_off_at is not None
    assert "Switched off" in manager.get(url).text
    manager.post(f"{url}/state", data={"do": "on"})
    assert card(desk, made).switched_off_at is None


def test_codes_are_added_drawn_switched_off_and_taken_away_as_a_file(
    desk: Desk, manager: FlaskClient
) -> None:
    made = promote(desk.shop, needs_code=True)
    url = f"{desk.root}/promotions/{made}"
    assert "It has no code yet" in manager.get(url).text
    own = {"wish": str(new_id()), "own-code": "=tea 20", "own-limit_total": "5"}
    own["own-valid_to"] = "2030-01-01T00:00"
    for _again in range(2):
        assert manager.post(f"{url}/codes", data=own).status_code == 303
    taken = manager.post(f"{url}/codes", data={**own, "wish": str(new_id())})
    assert taken.status_code == 422
    assert "in use already: =TEA20" in taken.text
    drawn = {"wish": str(new_id()), "draw-count": "60", "draw-prefix": "TEA-"}
    drawn["draw-limit_total"] = ""
    assert manager.post(f"{url}/codes/draw", data=drawn).status_code == 303
    kept = codes(desk, made)
    assert len(kept) == 61
    assert kept[0].code == "=TEA20"
    assert (kept[0].limit_total, kept[0].valid_to) == (5, datetime(2029, 12, 31, 16, tzinfo=UTC))
    assert all(each.code.startswith("TEA-") and each.limit_total is None for each in kept[1:])
    page = manager.get(url).text
    assert page.count('<th scope="row" class="num break">') == 25
    further = manager.get(url, query_string={"after": kept[24].code}).text
    assert kept[25].code in further
    assert further.count('<th scope="row" class="num break">') == 25
    manager.post(f"{url}/codes/{kept[0].id}", data={"do": "off"})
    file = manager.get(f"{url}/codes/file")
    assert file.mimetype == "text/csv"
    lines = file.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 62
    assert lines[1] == "'=TEA20,Switched off,0,5,,2030-01-01 00:00"


def test_codes_that_cannot_be_are_refused_at_their_field(desk: Desk, manager: FlaskClient) -> None:
    made = promote(desk.shop, needs_code=True)
    url = f"{desk.root}/promotions/{made}/codes"
    for path, form, field in (
        ("", {"own-code": "a"}, "own-code"),
        ("", {"own-code": "FINE", "own-limit_total": "0"}, "own-limit_total"),
        ("/draw", {"draw-count": "10001"}, "draw-count"),
        ("/draw", {"draw-count": "1", "draw-prefix": "x" * 21}, "draw-prefix"),
    ):
        answer = manager.post(f"{url}{path}", data={"wish": str(new_id()), **form})
        assert answer.status_code == 422, field
        assert f'id="{field}-error"' in answer.text, field
    assert codes(desk, made) == ()


def test_the_pages_speak_chinese(desk: Desk, tea: UUID) -> None:
    client = desk.as_role(Role.OWNER)
    client.set_cookie(COOKIE, "zh")
    made = promote(desk.shop, goods=Selection(categories=frozenset({tea})), code="CHA", once=True)
    listed = client.get(f"{desk.root}/promotions/").text
    assert "茶立减10%，需优惠码" in listed
    page = client.get(f"{desk.root}/promotions/{made}").text
    for english in (
        "Customers",
        "Codes",
        "Save",
        "Percent off",
        "Until",
        "Switch off",
        "everything",
    ):
        assert f">{english}<" not in page, english
    for kind in ("percentage", "amount", "bundle", "buy_get", "shipping"):
        assert client.get(f"{desk.root}/promotions/new/{kind}").status_code == 200
    assert client.get(f"{desk.root}/promotions/new/lottery").status_code == 404


def test_promotions_and_groups_of_another_merchant_are_unknown_here(
    desk: Desk, manager: FlaskClient
) -> None:
    other: Shop = open_shop(desk.shop.database, slug="harbour-imports")
    theirs = promote(other, code="THEIRS")
    with other.database.transaction(other.scope) as session:
        lin = remember_customer(
            session, merchant_id=other.merchant.id, email="lin@harbour.example", name="Lin"
        )
    person = lin.id
    club = welcome_to_club(other, person)
    with other.database.reading(other.scope) as connection:
        (code,) = codes_of(connection, promotion_id=theirs)
    wish = {"wish": str(new_id())}
    one, group = f"{desk.root}/promotions/{theirs}", f"{desk.root}/customers/groups/{club}"
    ours = promote(desk.shop, needs_code=True)
    for url, form in (
        (one, TEN_OFF),
        (f"{one}/state", {"do": "off"}),
        (f"{one}/codes", {**wish, "own-code": "MINE"}),
        (f"{one}/codes/draw", {**wish, "draw-count": "1"}),
        (f"{desk.root}/promotions/{ours}/codes/{code.id}", {"do": "off"}),
        (group, {"name": "Ours", "name_zh": "我们的"}),
        (f"{group}/members", {"emails": "lin@harbour.example"}),
        (f"{group}/members/{person}", {}),
        (f"{group}/remove", {}),
    ):
        answer = manager.post(url, data=form)
        # A stranger's customer is no customer here, whatever the group.
        assert answer.status_code == 404, url
    for url in (one, f"{one}/codes/file", group):
        assert manager.get(url).status_code == 404, url


def test_prices_are_no_business_of_clerks(desk: Desk) -> None:
    clerk = desk.as_role(Role.CLERK)
    assert clerk.get(f"{desk.root}/promotions/").status_code == 403
    assert "/promotions/" not in clerk.get(f"{desk.root}/").text


def test_a_group_is_opened_filled_renamed_emptied_and_removed(
    desk: Desk, manager: FlaskClient
) -> None:
    with desk.shop.database.transaction(desk.shop.scope) as session:
        for name in ("mei", "hans"):
            remember_customer(
                session,
                merchant_id=desk.shop.merchant.id,
                email=f"{name}@example.com",
                name=name.title(),
            )
    form = {"name": "Tea club", "name_zh": "茶友会"}
    root = f"{desk.root}/customers/groups/"
    opened = manager.post(root, data=form)
    assert opened.status_code == 303
    url = opened.headers["Location"]
    twice = manager.post(root, data=form)
    assert twice.status_code == 422
    assert "already a group with the code “tea-club”" in twice.text
    unknown = manager.post(f"{url}/members", data={"emails": "mei@example.com\nnobody@example.com"})
    assert unknown.status_code == 422
    assert "line 2, “nobody@example.com”" in unknown.text
    both = manager.post(
        f"{url}/members", data={"emails": "MEI@example.com\r\n\r\nhans@example.com"}
    )
    assert both.status_code == 303
    group = UUID(url.rpartition("/")[2])
    with desk.shop.database.reading(desk.shop.scope) as connection:
        people = {each.name: each.id for each in members_of(connection, group_id=group)}
    assert set(people) == {"Mei", "Hans"}
    assert manager.post(f"{url}/members/{people['Mei']}").status_code == 303
    renamed = manager.post(url, data={"name": "Friends", "name_zh": "老友", "code": "friends"})
    assert renamed.status_code == 303
    page = manager.get(url).text
    assert "Friends" in page
    assert "hans@example.com" in page
    assert "mei@example.com" not in page
    assert "Friends" in manager.get(f"{desk.root}/promotions/new/percentage").text
    assert manager.post(f"{url}/remove").status_code == 303
    assert manager.get(url).status_code == 404
