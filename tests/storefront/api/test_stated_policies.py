"""A counter of one's own shows what the shop states, in the reader's language."""

from commerce.kernel.clock import utc_now
from commerce.park.policies import PolicyKind
from commerce.park.service.shop_policies import PolicyWords, publish_policy
from tests.storefront.api.counter import Caller, Counter, done


def test_a_program_reads_what_the_shop_states_now(client: Caller, counter: Counter) -> None:
    assert done(client.get("/shop/policies"))["items"] == []
    for text in ("Old.", "# New"):
        with counter.shop.database.transaction(counter.shop.scope) as session:
            publish_policy(
                session,
                merchant_id=counter.shop.merchant.id,
                kind=PolicyKind.RETURNS,
                words=PolicyWords(text, "新"),
                actor_id=None,
                now=utc_now(),
            )
    (stated,) = done(client.get("/shop/policies"))["items"]
    told = {name: stated[name] for name in ("kind", "title", "text", "version")}
    assert told == {
        "kind": "returns",
        "title": "Returns and withdrawal",
        "text": "# New",
        "version": 2,
    }
    assert stated["url"].endswith(f"/en/{counter.shop.merchant.slug}/policies/returns")
