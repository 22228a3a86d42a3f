"""What a shop states, wherever shoppers look for it."""

import re
from datetime import datetime, timedelta

from commerce.kernel.clock import utc_now
from commerce.park.policies import PolicyKind
from commerce.park.service.shop_policies import PolicyWords, publish_policy, withdraw_policy
from tests.storefront.shop.house import House


def state(
    house: House, kind: PolicyKind, text: str = "We keep little.", *, now: datetime | None = None
) -> None:
    with house.shop.database.transaction(house.shop.scope) as session:
        publish_policy(
            session,
            merchant_id=house.shop.merchant.id,
            kind=kind,
            words=PolicyWords(text=text, text_zh="中文"),
            actor_id=None,
            now=now or utc_now(),
        )


def withdraw(house: House, kind: PolicyKind) -> None:
    with house.shop.database.transaction(house.shop.scope) as session:
        merchant_id = house.shop.merchant.id
        withdraw_policy(
            session, merchant_id=merchant_id, kind=kind, actor_id=merchant_id, now=utc_now()
        )


def test_a_policy_has_a_page_a_link_on_every_page_and_a_place_in_the_sitemap(house: House) -> None:
    state(house, PolicyKind.PRIVACY, "# Cookies <b>\n- none\n\nWrite to privacy@shop.example.")
    browser, url = house.browser(), f"{house.root}/policies/privacy"
    page = browser.get(url)
    assert "<h2>Cookies &lt;b&gt;</h2><ul><li>none</li></ul>" in page.text
    assert 'href="mailto:privacy@shop.example"' in page.text
    assert "Set-Cookie" not in page.headers
    assert "public" in page.headers["Cache-Control"]
    again = browser.get(url, headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304
    assert f'href="{url}"' in browser.get(f"{house.root}/").text
    assert "/policies/privacy" in browser.get("/sitemap-porcelain-road.xml").text
    assert "中文" in browser.get(url.replace("/en/", "/zh/")).text


def test_what_is_not_stated_has_neither_page_nor_link(house: House) -> None:
    state(house, PolicyKind.TERMS)
    withdraw(house, PolicyKind.TERMS)
    browser = house.browser()
    for wrong in ("terms", "imprint", "nonsense", "terms/2", "terms/9"):
        assert browser.get(f"{house.root}/policies/{wrong}").status_code == 404
    assert "/policies/" not in browser.get(f"{house.root}/").text
    assert "/policies/" not in browser.get("/sitemap-porcelain-road.xml").text


def test_an_older_version_is_read_as_such_and_found_by_nobody(house: House) -> None:
    state(house, PolicyKind.TERMS, "Old terms.", now=utc_now() - timedelta(days=40))
    state(house, PolicyKind.TERMS, "New terms.")
    browser = house.browser()
    page, url = browser.get(f"{house.root}/policies/terms").text, f"{house.root}/policies/terms/1"
    assert "New terms." in page
    assert f'href="{url}"' in page
    old = browser.get(url).text
    assert "Old terms." in old
    assert "See what holds now" in old
    assert '<meta name="robots" content="noindex">' in old


def test_beside_the_button_stand_the_policies_that_there_are(house: House) -> None:
    browser = house.browser()
    house.add(browser, house.stock())
    assert 'class="small soft stated"' not in browser.get(f"{house.root}/checkout").text
    state(house, PolicyKind.TERMS)
    page = browser.get(f"{house.root}/checkout").text
    assert "With your order you accept the <a" in page
    assert "What we keep about you" not in page


def test_an_order_leads_to_the_terms_of_its_day(house: House) -> None:
    state(house, PolicyKind.TERMS, "Old terms.", now=utc_now() - timedelta(days=40))
    browser = house.browser()
    house.send_to_germany(browser)
    house.add(browser, house.stock())
    house.check_out(browser)
    state(house, PolicyKind.TERMS, "New terms.")
    (order,) = house.orders()
    page = browser.get(house.link(order)).text
    assert f'href="{house.root}/policies/terms/1"' in page


def test_a_product_leads_to_the_returns_policy_and_tells_machines_only_what_is_stated(
    house: House,
) -> None:
    handle = house.handle(house.stock("Teapot"))
    browser = house.browser()
    assert "MerchantReturnPolicy" not in browser.get(f"{house.root}/p/{handle}").text
    state(house, PolicyKind.RETURNS)
    page = browser.get(f"{house.root}/p/{handle}").text
    assert f'href="{house.root}/policies/returns">How to return it' in page
    days = re.search(r'"merchantReturnDays": (\d+)', page)
    assert days
    assert f"within {days[1]} days" in page
