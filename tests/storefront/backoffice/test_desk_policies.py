"""Policies at the desk: looked at first, published with their day, taken out again."""

from commerce.park.permissions import Role
from commerce.park.policies import PolicyKind
from commerce.park.queries.shop_policies import PolicyBook, policy_book
from tests.storefront.desk import Desk


def book(desk: Desk) -> PolicyBook:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        return policy_book(connection)


def test_a_policy_is_looked_at_before_it_is_published(desk: Desk) -> None:
    client, url = desk.as_role(Role.OWNER), f"{desk.root}/settings/policies/terms"
    words = {"text": "# Who sells\r\n<b>We</b> do.", "text_zh": ""}
    preview = client.post(url, data={**words, "do": "preview"}).text
    assert preview.count("<h3>Who sells</h3><p>&lt;b&gt;We&lt;/b&gt; do.</p>") == 2
    assert book(desk) == PolicyBook()
    assert client.post(url, data={**words, "do": "publish"}).status_code == 303
    assert [each.kind for each in book(desk).now()] == [PolicyKind.TERMS]
    assert "&lt;b&gt;We" in client.get(url).text


def test_the_same_text_twice_is_one_version_and_an_empty_one_is_refused(desk: Desk) -> None:
    client, url = desk.as_role(Role.OWNER), f"{desk.root}/settings/policies/privacy"
    for _twice in range(2):
        assert client.post(url, data={"text": "Little."}).status_code == 303
    assert "This is what the shop states already" in client.get(url).text
    assert len(book(desk).versions) == 1
    refused = client.post(url, data={"text": " "})
    assert refused.status_code == 422
    assert "Write the text in one language at least." in refused.text


def test_a_policy_is_taken_out_of_the_shop_and_kept(desk: Desk) -> None:
    client, url = desk.as_role(Role.OWNER), f"{desk.root}/settings/policies/imprint"
    client.post(url, data={"text": "Somebody"})
    client.post(f"{url}/withdraw")
    assert book(desk).now() == ()
    assert len(book(desk).versions) == 2
    assert client.post(f"{url}/withdraw").status_code == 404


def test_only_who_keeps_the_settings_writes_them_and_odd_kinds_are_nowhere(desk: Desk) -> None:
    url = f"{desk.root}/settings/policies"
    assert desk.as_role(Role.CLERK).post(f"{url}/terms", data={"text": "x"}).status_code == 403
    client = desk.as_role(Role.OWNER)
    assert "Not written" in client.get(url).text
    assert client.get(f"{url}/nonsense").status_code == 404
    assert client.post(f"{url}/nonsense", data={"text": "x"}).status_code == 404
