"""What anybody sees: the park, departments, search, products, stores; cacheable and findable."""

import gzip
import json
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import text

from commerce.catalogue.queries import product_ids_by_handle, product_sheets
from commerce.catalogue.service.categories import CategoryText, change_category
from commerce.catalogue.service.put import put_products
from commerce.fulfilment.service import close_on, open_on, set_store_hours
from commerce.inventory.rows import Stage, Units
from commerce.inventory.service import open_stock, reserve
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.park.service.merchants import MerchantName, rename_merchant
from commerce.pricing.service import set_price
from storefront.shop.memory import memory
from tests.storefront.shop.house import House, put_tea
from tests.support.shop import stock_product
from tests.support.statements import statements_sent

PAGES = ("/", "/c/tea", "/p/longjing", "/stores", "/stores/NJR")


def structured(page: str) -> list[dict[str, object]]:
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return [json.loads(block) for block in blocks]


@pytest.mark.parametrize("page", PAGES)
def test_an_anonymous_page_sets_no_cookie_and_may_be_kept_by_shared_caches(
    house: House, page: str
) -> None:
    put_tea(house)
    answer = house.browser().get(f"{house.root}{page}")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("public")
    again = house.browser().get(
        f"{house.root}{page}", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_a_page_given_out_again_travels_packed_to_browsers_that_take_it(house: House) -> None:
    put_tea(house)
    first = house.browser().get(f"{house.root}/p/longjing")
    packed = house.browser().get(f"{house.root}/p/longjing", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == first.data
    plain = house.browser().get(f"{house.root}/p/longjing")
    assert "Content-Encoding" not in plain.headers
    assert plain.data == first.data


def test_a_page_of_somebody_who_chose_a_country_is_kept_by_nobody_else(house: House) -> None:
    put_tea(house)
    browser = house.browser()
    house.send_to_germany(browser)
    answer = browser.get(f"{house.root}/p/longjing")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "To Germany" in answer.text


def test_stock_that_changes_makes_a_new_page_without_any_edit(house: House) -> None:
    tea = put_tea(house)
    before = house.browser().get(f"{house.root}/p/longjing").headers["ETag"]
    with house.shop.database.transaction(house.shop.scope) as session:
        more = [Units(tea["LJ-100"], house.shop.warehouse, 4)]
        open_stock(session, merchant_id=house.shop.merchant.id, lines=more, reason="test")
    assert house.browser().get(f"{house.root}/p/longjing").headers["ETag"] != before


def test_a_new_name_shows_at_once_on_every_page(house: House) -> None:
    put_tea(house)
    house.browser().get(f"{house.root}/")
    with house.shop.database.transaction(house.shop.scope) as session:
        name = MerchantName(english="Celadon Lane", chinese="青瓷里")
        rename_merchant(session, merchant_id=house.shop.merchant.id, name=name)
    assert "Celadon Lane" in house.browser().get(f"{house.root}/").text


@pytest.mark.parametrize(("page", "most"), [("/p/longjing", 6), ("/c/tea", 8)])
def test_a_page_needs_few_statements_once_its_surroundings_are_known(
    house: House, page: str, most: int
) -> None:
    put_tea(house)
    house.stock("Gaiwan")
    browser = house.browser()
    browser.set_cookie("quayside_language", "en")
    browser.get(f"{house.root}{page}")
    with statements_sent() as said:
        assert browser.get(f"{house.root}{page}").status_code == 200
    assert len(said) <= most, said


@pytest.mark.parametrize("page", ["/", "/p/longjing", "/c/tea"])
def test_a_page_that_nothing_has_changed_needs_two_statements(house: House, page: str) -> None:
    put_tea(house)
    first = house.browser().get(f"{house.root}{page}")
    with statements_sent() as said:
        second = house.browser().get(f"{house.root}{page}")
    assert second.text == first.text
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Cache-Control"].startswith("public")
    assert "nonce" not in second.headers["Content-Security-Policy"]
    assert len(said) == 2, said


def test_a_kept_page_is_given_to_nobody_who_carries_a_cookie(house: House) -> None:
    put_tea(house)
    house.browser().get(f"{house.root}/p/longjing")
    browser = house.browser()
    house.send_to_germany(browser, currency="EUR")
    assert "€26.00" in browser.get(f"{house.root}/p/longjing").text
    assert "¥168.00" in house.browser().get(f"{house.root}/p/longjing").text


def test_selling_the_last_one_shows_on_the_very_next_look(house: House) -> None:
    variant = house.stock(units=1)
    path = f"{house.root}/p/{house.handle(variant)}"
    there = house.browser().get(path).text
    assert "Add to cart" in there
    assert "between" in there, "when it arrives"
    for how in ("gzip", "identity"):
        again = house.browser().get(path, headers={"Accept-Encoding": how})
        assert again.headers.get("Content-Encoding", "identity") == how
        assert again.headers["ETag"]
    with house.shop.database.transaction(house.shop.scope) as session:
        reserve(
            session,
            merchant_id=house.shop.merchant.id,
            owner_id=new_id(),
            lines=[Units(variant, house.shop.warehouse, 1)],
            stage=Stage.PLACED,
            expires_at=None,
        )
    for _look in ("made anew", "kept", "kept and packed"):
        gone = house.browser().get(path).text
        assert "Sold out for now" in gone
        assert "between" not in gone, "nobody knows when"


def test_the_memory_of_a_process_is_bounded() -> None:
    for number in range(5000):
        memory.recall(("a test", number), lambda: number)  # noqa: B023 - called at once
    assert len(memory._facts) <= 4096


def test_variants_are_links_that_lead_to_the_variant(house: House) -> None:
    put_tea(house)
    page = house.browser().get(f"{house.root}/p/longjing").text
    assert "¥168.00" in page
    assert f'href="{house.root}/p/longjing?v=LJ-100"' in page
    large = house.browser().get(f"{house.root}/p/longjing?v=LJ-100").text
    assert "¥298.00" in large
    assert "Sold out for now" in large


def test_the_product_tells_when_it_arrives_what_that_costs_and_where_it_can_be_picked_up(
    house: House,
) -> None:
    put_tea(house)
    page = house.browser().get(f"{house.root}/p/longjing").text
    assert re.search(r"To China between .* and .* for ¥10\.00", page)
    assert re.search(r"Pick up (today|tomorrow) from \d\d:(00|15|30|45): Nanjing Road", page)
    assert "Send it back unused within 7 days" in page
    assert "3 in stock" in page


def test_the_same_facts_stand_on_the_page_in_the_other_language(house: House) -> None:
    put_tea(house)
    page = house.browser().get(f"{house.root}/p/longjing").text
    assert "Picked by hand." in page
    assert "手工采摘。" in page


def test_machines_read_the_story_and_a_picture_with_its_whole_address(house: House) -> None:
    put_tea(house)
    page = house.browser().get(f"{house.root}/p/longjing").text
    assert '<meta property="og:image" content="http://localhost/' in page
    assert house.browser().get("/en/").text.count('content="http://localhost/static/') == 1
    told = next(each for each in structured(page) if "description" in each)
    assert told["description"] == "Picked by hand."


def test_an_announced_reduction_names_the_lowest_price_of_the_30_days_before(house: House) -> None:
    tea = house.stock()
    address = f"{house.root}/p/{house.handle(tea)}"
    for amount, before in ((64000, None), (70000, None), (60000, 70000)):
        with house.shop.database.transaction(house.shop.scope) as session:
            set_price(
                session,
                merchant_id=house.shop.merchant.id,
                variant_id=tea,
                amount=Money(amount, "CNY"),
                compare_at=Money(before, "CNY") if before else None,
            )
        told = "Lowest price of the 30 days before: ¥640.00" in house.browser().get(address).text
        assert told is (before is not None), "only a reduction that is announced has to name it"


def test_machines_read_both_variants_with_price_and_availability(house: House) -> None:
    put_tea(house)
    group, crumbs = structured(house.browser().get(f"{house.root}/p/longjing").text)
    assert group["@type"] == "ProductGroup"
    offers = {each["sku"]: each["offers"] for each in group["hasVariant"]}
    assert offers["LJ-50"]["price"] == "168.00"
    assert all("weight" not in each for each in group["hasVariant"]), "a parcel's is not the goods'"
    assert offers["LJ-50"]["priceCurrency"] == "CNY"
    assert offers["LJ-50"]["availability"].endswith("/InStock")
    assert offers["LJ-100"]["availability"].endswith("/OutOfStock")
    assert crumbs["@type"] == "BreadcrumbList"
    assert [step["name"] for step in crumbs["itemListElement"]][-2:] == ["Tea", "Longjing"]


def test_machines_read_the_hours_of_a_store(house: House) -> None:
    put_tea(house)
    store, _crumbs = structured(house.browser().get(f"{house.root}/stores/NJR").text)
    assert store["@type"] == "Store"
    assert len(store["openingHoursSpecification"]) == 7
    day = utc_now().date() + timedelta(days=3)
    shop = house.shop
    with shop.database.transaction(shop.scope) as session:
        close_on(
            session,
            merchant_id=shop.merchant.id,
            day=day,
            location_id=shop.store,
            reason="Stocktaking",
        )
    page = house.browser().get(f"{house.root}/stores/NJR").text
    (closed,) = structured(page)[0]["specialOpeningHoursSpecification"]
    assert (closed["validFrom"], closed["opens"], closed["closes"]) == (f"{day}", "00:00", "00:00")
    assert "closed · Stocktaking" in page
    assert ">closed on " in page  # in the table of the week as well
    with shop.database.transaction(shop.scope) as session:
        open_on(session, merchant_id=shop.merchant.id, day=day, location_id=shop.store)
        set_store_hours(session, merchant_id=shop.merchant.id, location_id=shop.store, spans=[])
    for path in ("/stores/NJR", "/stores", "/"):
        untold = house.browser().get(f"{house.root}{path}").text
        assert "losed" not in untold, path


def test_words_of_a_merchant_cannot_leave_the_block_for_machines(house: House) -> None:
    variant = house.stock("</script><script>alert(1)</script>")
    page = house.browser().get(f"{house.root}/p/{house.handle(variant)}").text
    assert "<script>alert(1)" not in page
    assert structured(page)[0]["name"] == "</script><script>alert(1)</script>"


def test_each_page_names_its_canonical_address_and_its_twin(house: House) -> None:
    put_tea(house)
    page = house.browser().get(f"{house.root}/p/longjing?v=LJ-100").text
    assert '<link rel="canonical" href="http://localhost/en/porcelain-road/p/longjing">' in page
    assert 'hreflang="zh-Hans" href="http://localhost/zh/porcelain-road/p/longjing"' in page
    assert '<meta property="product:price:amount" content="298.00">' in page


def test_filters_count_narrow_and_can_be_taken_back(house: House) -> None:
    put_tea(house)
    page = house.browser().get(f"{house.root}/search?option:size=50+g").text
    assert ">from ¥168" in "".join(page.split("  ")).replace("\n", ""), "at a glance"
    assert "¥168.00" not in page
    assert "1 product" in page
    assert 'class="chip" href="/en/porcelain-road/search"' in page
    priced = house.browser().get(f"{house.root}/search?price=10000-20000").text
    assert "Price: ¥100 to ¥200" in priced
    beyond = house.browser().get(f"{house.root}/search?price={'9' * 30}-")
    assert beyond.status_code == 200
    nothing = house.browser().get(f"{house.root}/search?vendor=Nobody").text
    assert "Nothing fits all of that" in nothing


def test_search_forgives_and_an_empty_result_offers_ways_on(house: House) -> None:
    put_tea(house)
    assert "Longjing" in house.browser().get(f"{house.root}/search?q=longjin").text
    lost = house.browser().get(f"{house.root}/search?q=zzzzqq").text
    assert "Nothing by that name" in lost
    assert "Longjing" in lost


def test_what_is_not_sold_in_a_currency_says_so(house: House) -> None:
    put_tea(house)
    variant = house.stock("Gaiwan")
    browser = house.browser()
    house.send_to_germany(browser, currency="EUR")
    assert "Not sold in this currency" in browser.get(f"{house.root}/search").text
    page = browser.get(f"{house.root}/p/{house.handle(variant)}").text
    assert "This is not sold in EUR." in page
    unpriced = house.stock("Vase")
    with house.shop.database.transaction(house.shop.scope) as session:
        session.execute(text("DELETE FROM price WHERE variant_id = :id"), {"id": unpriced})
    lost = house.browser().get(f"{house.root}/p/{house.handle(unpriced)}").text
    assert "This cannot be bought at the moment." in lost
    assert "Choose another currency" not in lost


def test_the_park_shows_every_merchant_in_the_browsers_language(house: House) -> None:
    english = house.browser().get("/", headers={"Accept-Language": "en"})
    chinese = house.browser().get("/", headers={"Accept-Language": "zh-CN"})
    assert "Porcelain Road" in english.text
    assert 'href="/zh/porcelain-road/"' in chinese.text
    assert "Accept-Language" in english.headers["Vary"]


@pytest.mark.parametrize(
    "path", ["/p/nothing", "/c/nothing", "/stores/nowhere", "/order/nobody-knows"]
)
def test_what_does_not_exist_is_not_found(house: House, path: str) -> None:
    assert house.browser().get(f"{house.root}{path}").status_code == 404
    assert house.browser().get("/en/no-such-shop/").status_code == 404


def test_a_page_that_is_not_there_speaks_the_language_of_its_address_and_leads_back(
    house: House,
) -> None:
    browser = house.browser()
    browser.set_cookie("quayside_language", "en")
    lost = browser.get("/zh/porcelain-road/no/such/page?a=1&b=2")
    assert lost.status_code == 404
    assert '<html lang="zh-Hans"' in lost.text
    assert "返回porcelain-road 商号" in lost.text
    assert 'href="/zh/porcelain-road/"' in lost.text
    assert 'href="/en/porcelain-road/no/such/page?a=1&amp;b=2"' in lost.text
    browser.set_cookie("quayside_language", "zh")
    assert "Back to Porcelain Road" in browser.get("/en/porcelain-road/no/such/page").text
    refused = browser.post("/en/porcelain-road/p/longjing").text
    assert 'href="/zh/porcelain-road/"' in refused, "what was sent is not asked for"


@pytest.mark.parametrize(
    ("path", "start", "switch"),
    [
        ("/zh/no-such-shop/tea", "/zh/", "/en/no-such-shop/tea"),
        ("/en/nowhere/", "/en/", "/zh/nowhere/"),
        ("/till/nowhere", "/till/", "/language/zh?next=/till/nowhere"),
        ("/nowhere", "/", "/language/zh?next=/nowhere"),
    ],
)
def test_where_nobody_is_named_an_error_page_leads_to_the_start(
    house: House, path: str, start: str, switch: str
) -> None:
    lost = house.browser().get(path)
    assert lost.status_code == 404
    assert f'class="button main" href="{start}"' in lost.text
    assert f'href="{switch}"' in lost.text


def test_the_sitemap_lists_every_product_in_both_languages(house: House) -> None:
    put_tea(house)
    index = house.browser().get("/sitemap.xml").text
    assert "<loc>http://localhost/sitemap-porcelain-road.xml</loc>" in index
    shop = house.browser().get("/sitemap-porcelain-road.xml")
    assert shop.mimetype == "application/xml"
    for code in ("en", "zh"):
        assert f"<loc>http://localhost/{code}/porcelain-road/p/longjing</loc>" in shop.text
    assert "Sitemap: http://localhost/sitemap.xml" in house.browser().get("/robots.txt").text


def test_what_is_sold_without_limit_is_never_sold_out(house: House) -> None:
    """Its level may stand at nothing, from the time when it was still counted."""
    cup = stock_product(house.shop, name="Endless cup", in_warehouse=1)
    with house.shop.database.transaction(house.shop.scope) as session:
        session.execute(
            text("UPDATE variant SET stock_tracked = false WHERE id = :cup"), {"cup": cup}
        )
    page = house.browser().get(f"{house.root}/search?q=endless").text
    assert "Endless cup" in page
    assert "1 left" not in page
    assert "Sold out" not in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_former_addresses_lead_to_where_the_pages_stand_now(house: House, language: str) -> None:
    put_tea(house)
    shop = house.shop
    root = f"/{language}/{shop.merchant.slug}"
    before = house.browser().get(f"{root}/p/longjing")
    with shop.database.transaction(shop.scope) as session:
        ids = product_ids_by_handle(session.connection(), handles=["longjing"])
        (sheet,) = product_sheets(session.connection(), product_ids=list(ids.values()))
        put_products(
            session, merchant_id=shop.merchant.id, sheets=[replace(sheet, handle="西湖龙井")]
        )
        change_category(
            session,
            merchant_id=shop.merchant.id,
            path="tea",
            new_path="leaves",
            texts={"en": CategoryText("Leaves")},
            position=0,
        )
    product = house.browser().get(f"{root}/p/longjing?v=LJ-100")
    shelf = house.browser().get(f"{root}/c/tea?sort=newest")
    assert (before.status_code, product.status_code, shelf.status_code) == (200, 301, 301)
    assert product.headers["Location"] == f"{root}/p/{quote('西湖龙井')}?v=LJ-100"
    assert shelf.headers["Location"] == f"{root}/c/leaves?sort=newest"
    assert "no-store" in product.headers["Cache-Control"], "it may be called so again"
    assert "LJ-100" in house.browser().get(product.headers["Location"]).text
    assert house.browser().get(shelf.headers["Location"]).status_code == 200
    with shop.database.transaction(shop.scope) as session:
        hidden = replace(sheet, status="draft", categories=("leaves",))
        put_products(session, merchant_id=shop.merchant.id, sheets=[hidden])
    assert house.browser().get(f"{root}/p/longjing").status_code == 404


def test_a_redirect_within_the_shop_names_no_host(house: House) -> None:
    answer = house.browser().get(house.root, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.location) == (308, f"{house.root}/")
