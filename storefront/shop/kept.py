"""Rendered pages that everybody shares, kept in this process until content or stock changes.

A page is found by its address, the merchant's content version and a quarter of an hour, and given
out only while the stock levels that it tells are what they were. Nothing of a browser that carries
any cookie is kept or given out here.
"""

import gzip
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from flask import Response, g, make_response, request
from sqlalchemy import Connection

from commerce.inventory.queries import levels_of
from commerce.web.headers import is_shared, share
from storefront.shop.frame import template_version
from storefront.shop.memory import Memory, quarter
from storefront.shop.visit import Visit

_MOST_PAGES = 512
_OK = 200


@dataclass(frozen=True)
class KeptPage:
    """A page as it was rendered, and the stock that it was rendered from."""

    body: bytes
    etag: str
    variants: tuple[UUID, ...]
    trace: int

    @cached_property
    def packed(self) -> bytes:
        """The page packed for browsers that take it so: worth the work once it is asked for again."""
        return gzip.compress(self.body, mtime=0)


_pages = Memory(_MOST_PAGES)


def kept_page(connection: Connection, visit: Visit) -> Response | None:
    """Return the page of the current request as it was rendered before, if that is still true."""
    if request.cookies:
        return None
    page = _pages.find(_key(visit))
    if not isinstance(page, KeptPage):
        return None
    if page.variants and hash(levels_of(connection, variant_ids=page.variants)) != page.trace:
        return None
    share(page.etag)
    return _given_out(page)


def _given_out(page: KeptPage) -> Response:
    """Answer with the packed page where the browser takes it; nothing secret stands in a shared one."""
    if not request.accept_encodings.quality("gzip"):
        return make_response(page.body)
    response = make_response(page.packed)
    response.content_encoding = "gzip"
    return response


def keep_page(
    visit: Visit, response: Response, *, variants: Sequence[UUID], trace: int
) -> Response:
    """Keep a page that shared caches may keep as well; return it unchanged.

    `trace` is the hash of the levels of `variants` from which the page was rendered.
    """
    if is_shared() and response.status_code == _OK:
        body = response.get_data()
        page = KeptPage(body, str(g.shared_etag), tuple(variants), trace)
        _pages.keep(_key(visit), page)
    return response


def _key(visit: Visit) -> Hashable:
    return (
        request.full_path,
        visit.language,
        visit.merchant.id,
        visit.merchant.content_version,
        template_version(),
        quarter(visit.at),
    )
