"""Addresses as people type them: a slash too many leads on, nothing else of the kind does."""

import pytest

from tests.storefront.shop.house import House


@pytest.mark.parametrize("page", ["cart", "account", "account/signin", "search"])
def test_a_slash_too_many_leads_to_the_page_without_it(house: House, page: str) -> None:
    answer = house.browser().get(f"{house.root}/{page}/?q=%E8%8C%B6&sort=price")
    assert answer.status_code == 308
    assert answer.location == f"{house.root}/{page}?q=%E8%8C%B6&sort=price"


@pytest.mark.parametrize("path", ["/%2F%2Fevil.example/", "/nothing/here/", "//"])
def test_what_is_nowhere_leads_nowhere(house: House, path: str) -> None:
    answer = house.browser().get(path)
    assert answer.status_code == 404 or answer.location.startswith(("/", "http://localhost/"))
    assert not (answer.location or "").startswith("//")


def test_programs_and_forms_are_told_as_before(house: House) -> None:
    browser = house.browser()
    assert browser.get("/api/v1/products/").status_code == 404
    assert browser.post(f"{house.root}/cart/").status_code in {400, 404, 405}
