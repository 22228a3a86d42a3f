"""What visitors do: one function per scenario, one visit per call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from commerce.cli.benchmarks.client import Client
from commerce.cli.benchmarks.stage import Stage
from commerce.kernel.ids import new_id

_ADDRESS = {
    "country": "CN",
    "name": "Shen Zhixia",
    "lines": ["湖墅南路 318 号"],
    "city": "杭州市",
    "region": "浙江省",
    "postcode": "310005",
}
_SOUGHT = 20
"""Products that most visitors of a shop come for."""
_BACK = {
    "return_url": "http://127.0.0.1/back",
    "cancel_url": "http://127.0.0.1/cancel",
}


@dataclass(slots=True)
class Visitor:
    """Who visits: a connection, a number that differs from everybody's, and what was prepared."""

    stage: Stage
    number: int
    client: Client
    prepared: list[Any] = field(default_factory=list)
    badge: str = ""

    def goods(self, serial: int) -> Any:
        """Return the goods of a visit; visitors begin at different shelves."""
        shelf = self.stage.goods
        return shelf[(self.number * 37 + serial) % len(shelf)]


Visit = Callable[[Visitor, int], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something to measure: a visit, what it needs beforehand, and what it is aimed at.

    `prepare` makes what each visit uses up, so a scenario with it ends when that is gone.
    """

    name: str
    visit: Visit
    aim: str = ""
    enter: Callable[[Visitor], None] = lambda _visitor: None
    prepare: Visit | None = None


def _look(visitor: Visitor, path: str) -> None:
    visitor.client.get(path)


def _shop(path: Callable[[Visitor, int], str]) -> Visit:
    def visit(visitor: Visitor, serial: int) -> None:
        visitor.client.get(f"/en/{visitor.stage.slug}/{path(visitor, serial)}")

    return visit


def _api(path: Callable[[Visitor, int], str]) -> Visit:
    def visit(visitor: Visitor, serial: int) -> None:
        visitor.client.look(f"/api/v1/shop/{path(visitor, serial)}")

    return visit


def _word(visitor: Visitor, serial: int) -> str:
    words = visitor.stage.words
    return quote(words[(visitor.number + serial) % len(words)])


def show_key(visitor: Visitor) -> None:
    """Let the visitor's requests carry the API key."""
    visitor.client.headers["Authorization"] = f"Bearer {visitor.stage.api_key}"


def open_cart(visitor: Visitor, serial: int) -> dict[str, Any]:
    """Fill a cart up to the point where it can be placed, and return it."""
    client = visitor.client
    cart: dict[str, Any] = client.send("POST", "/api/v1/shop/carts", {})
    wish = {"variant_id": visitor.goods(serial).variant, "quantity": 1}
    client.send("POST", f"{cart['url']}/lines", wish)
    # Everybody is somebody else: the unpaid orders of one buyer are few.
    contact = {"email": f"shen.zhixia+{new_id().hex}@mail.example", "address": _ADDRESS}
    cart = client.send("PUT", f"{cart['url']}/contact", contact)
    option = next(each["key"] for each in cart["delivery_options"] if each["kind"] == "parcel")
    chosen: dict[str, Any] = client.send("PUT", f"{cart['url']}/delivery", {"option": option})
    return chosen


def place(client: Client, cart: dict[str, Any], *, due: tuple[int, ...] = (200, 201)) -> Any:
    """Place a cart at its total and return the answer."""
    return client.send("POST", f"{cart['url']}/order", {"agreed_total": cart["total"]}, due=due)


def _prepare_cart(visitor: Visitor, serial: int) -> None:
    visitor.prepared.append(open_cart(visitor, serial))


def _place_prepared(visitor: Visitor, _serial: int) -> None:
    place(visitor.client, visitor.prepared.pop())


def _journey(visitor: Visitor, serial: int) -> None:
    """Find, look, gather, agree, place, follow; paying is a scenario of its own."""
    client = visitor.client
    client.look("/api/v1/shop/categories")
    client.look(f"/api/v1/shop/products?category={quote(visitor.stage.category, safe='')}&limit=24")
    client.look(f"/api/v1/shop/products?q={_word(visitor, serial)}&limit=24")
    client.look(f"/api/v1/shop/products/{visitor.goods(serial).handle}")
    placed = place(client, open_cart(visitor, serial))
    client.look(placed["url"])


def _prepare_order(visitor: Visitor, serial: int) -> None:
    visitor.prepared.append(place(visitor.client, open_cart(visitor, serial)))


def _begin_to_pay(visitor: Visitor, _serial: int) -> None:
    order = visitor.prepared.pop()
    visitor.client.send("POST", f"{order['url']}/payments", _BACK)


def _take_post(visitor: Visitor) -> None:
    """Stand at a till: show its key, type the PIN, open the register if it is closed."""
    client = visitor.client
    till = visitor.stage.tills[visitor.number % len(visitor.stage.tills)]
    client.headers |= {"Cookie": till.cookie, "Sec-Fetch-Site": "same-origin"}
    visitor.badge = client.send("POST", "/till/api/unlock", {"pin": till.pin})["badge"]
    # 409: a colleague at the same till has opened it.
    _command(visitor, "open", {"float_minor": 50_000}, due=(200, 201, 409))


def _sell(visitor: Visitor, serial: int) -> None:
    goods = visitor.goods(serial)
    cash = {
        "kind": "cash",
        "amount_minor": goods.price_minor,
        "tendered_minor": goods.price_minor,
    }
    body = {
        "lines": [{"variant": goods.variant, "quantity": 1}],
        "tenders": [cash],
        "total_minor": goods.price_minor,
        "currency": "CNY",
    }
    _command(visitor, "sale", body)


def _command(
    visitor: Visitor, kind: str, body: dict[str, Any], *, due: tuple[int, ...] = (200, 201)
) -> None:
    command = {"id": str(new_id()), "kind": kind, "badge": visitor.badge, "body": body}
    visitor.client.send("POST", "/till/api/commands", command, due=due)


SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        each.name: each
        for each in (
            # What any request costs on this machine at this hour: the rest is read beside it.
            Scenario("liveness answer", lambda visitor, _: _look(visitor, "/healthz")),
            Scenario("category page of 24", _shop(lambda v, _: f"c/{v.stage.category}")),
            # Of a few that everybody looks at, and of pages that nobody has looked at before.
            Scenario(
                "product page",
                _shop(lambda v, n: f"p/{v.goods(n % _SOUGHT).handle}"),
                aim="600 us",
            ),
            Scenario(
                "product page, first look",
                _shop(lambda v, n: f"p/{v.goods(n).handle}?look={v.number}-{n}"),
            ),
            Scenario("search page", _shop(lambda v, n: f"search?q={_word(v, n)}")),
            Scenario(
                "API list",
                _api(lambda v, _: f"products?category={quote(v.stage.category, safe='')}&limit=24"),
                enter=show_key,
            ),
            Scenario(
                "API detail", _api(lambda v, n: f"products/{v.goods(n).handle}"), enter=show_key
            ),
            Scenario(
                "API search",
                _api(lambda v, n: f"products?q={_word(v, n)}&limit=24"),
                enter=show_key,
            ),
            Scenario(
                "placing an order",
                _place_prepared,
                aim="1,100 us",
                enter=show_key,
                prepare=_prepare_cart,
            ),
            Scenario("beginning to pay", _begin_to_pay, enter=show_key, prepare=_prepare_order),
            Scenario("purchase journey", _journey, aim="40 ms, 100/s", enter=show_key),
            Scenario("till sale", _sell, enter=_take_post),
        )
    }
)
"""Everything that is measured, by name and in order."""
