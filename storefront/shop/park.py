"""The park's own front page: every merchant with its story."""

import hashlib
from dataclasses import dataclass

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _

from commerce.kernel.database import Scope
from commerce.kernel.statements import Statement
from commerce.park.queries.merchants import MerchantCard, list_merchants
from commerce.web.access import public
from commerce.web.headers import share
from commerce.web.languages import LANGUAGES, language
from commerce.web.pages import Page
from commerce.web.services import services
from storefront.shop.frame import public_root, template_version
from storefront.shop.stories import NOTHING, MerchantStory, stories
from storefront.shop.structured import organisation

_UNTOLD = MerchantStory(NOTHING, NOTHING)

_WITH_GOODS = Statement("""
SELECT m.id FROM merchant m WHERE EXISTS (
  SELECT FROM product p WHERE p.merchant_id = m.id AND p.status = 'active')
""")


@dataclass(frozen=True, slots=True)
class ShopSign:
    """A merchant as the park presents it."""

    name: str
    url: str
    tagline: str
    about: str
    drawing: str
    soon: bool
    """Whether there is nothing to buy yet."""
    paused: bool
    """Whether there is nothing to buy for the time being."""


@public
def start() -> Response:
    """Show the park in the browser's language."""
    response = _shown()
    response.vary.add("Accept-Language")
    return response


@public
def park_home() -> Response:
    """Show the park in the language of the address."""
    return _shown()


def _shown() -> Response:
    with services().database.reading(Scope.park()) as connection:
        merchants = list_merchants(connection)
        stocked = {row.id for row in _WITH_GOODS.all(connection)}
    code = language()
    told = stories()
    name = told.park_name.in_language(code)
    versions = ",".join(f"{each.slug}{each.content_version}" for each in merchants)
    content = f"{template_version()}|{code}|{request.path}|{versions}"
    share(hashlib.sha256(content.encode()).hexdigest()[:24])
    page = Page(
        title=name,
        description=told.park_about.in_language(code),
        canonical=f"{public_root()}/{code}/",
        alternates={each: f"{public_root()}/{each}/" for each in LANGUAGES},
    )
    signs = [
        _sign(merchant, code, soon=merchant.id not in stocked)
        for merchant in sorted(merchants, key=lambda each: each.id not in stocked)
    ]
    return make_response(
        render_template(
            "shop/park.html",
            page=page,
            public_root=public_root(),
            frame={"name": name, "home_url": f"/{code}/", "nav": [], "footer": []},
            about=told.park_about.in_language(code),
            signs=signs,
            lead=_("Every shop here sells online and over the counter, from one stock."),
            structured=organisation(name=name, url=f"{public_root()}/{code}/"),
        )
    )


def _sign(merchant: MerchantCard, code: str, *, soon: bool) -> ShopSign:
    story = stories().merchants.get(merchant.slug, _UNTOLD)
    return ShopSign(
        name=merchant.name_in(code),
        url=f"/{code}/{merchant.slug}/",
        tagline=story.tagline.in_language(code),
        about=story.about.in_language(code),
        drawing=drawing_of("shops", merchant.slug),
        soon=soon,
        paused=merchant.paused_at is not None,
    )


def drawing_of(kind: str, name: str) -> str:
    """Return the static path of our drawing of a shop or a store, or an empty text."""
    path = f"img/{kind}/{name}.svg"
    return path if (services().assets.static / path).is_file() else ""
