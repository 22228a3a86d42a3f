"""One look at one shop: which merchant, which language, where to, and when."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from flask import g
from sqlalchemy import Connection

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.park.policies import PolicyKind
from commerce.park.queries.merchants import MerchantCard, MerchantDirectory
from commerce.web.bearer import order_token
from commerce.web.languages import language
from commerce.web.services import services
from storefront.shop.destination import Destination, chosen_destination
from storefront.shop.facts import ShopFacts, read_facts
from storefront.shop.memory import memory, quarter


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page knows before it reads anything of its own."""

    merchant: MerchantCard
    language: str
    destination: Destination
    facts: ShopFacts
    at: datetime

    @property
    def name(self) -> str:
        """The shop's name in the page's language."""
        return self.merchant.name_in(self.language)

    @property
    def root(self) -> str:
        """Path of the shop's home, without a slash at the end."""
        return f"/{self.language}/{self.merchant.slug}"

    def path(self, *parts: str) -> str:
        """Return the path of a page of this shop; slashes inside a part stay."""
        return "/".join((self.root, *(quote(part, safe="/") for part in parts)))

    def order_path(self, order_id: UUID, *parts: str) -> str:
        """Return the path of an order's page, which lets its holder in, or of one beside it."""
        return self.path("order", order_token(order_id), *parts)

    def policy(self, kind: str) -> str:
        """Return the path of what the shop states about `kind`, or nothing where it states nothing."""
        held = self.facts.policies.at(PolicyKind(kind))
        return self.path("policies", kind) if held else ""

    @property
    def scope(self) -> Scope:
        """The merchant's own scope."""
        return Scope.merchant(self.merchant.id)


def scope_of(slug: str) -> Scope:
    """Return the scope of the merchant at `slug`.

    Raises:
        UnknownMerchantError: nobody has this slug.
    """
    return Scope.merchant(services().part(MerchantDirectory).locate(slug).id)


def begin_visit(connection: Connection, slug: str) -> Visit:
    """Return the visit that the current request makes; one statement when nothing has changed."""
    merchant = services().part(MerchantDirectory).current(connection, slug)
    g.time_zone = merchant.time_zone
    at = utc_now()
    code = language()
    key = ("facts", merchant.id, merchant.content_version, code, quarter(at))
    facts = memory.recall(
        key, lambda: read_facts(connection, merchant=merchant, language=code, at=at)
    )
    return Visit(
        merchant=merchant,
        language=code,
        destination=chosen_destination(merchant, facts),
        facts=facts,
        at=at,
    )


def begin_shopping(connection: Connection, slug: str) -> Visit:
    """Return the visit of somebody who looks for something to buy.

    Raises:
        ShopPausedError: the park has paused the merchant.
    """
    visit = begin_visit(connection, slug)
    visit.merchant.check_open()
    return visit
