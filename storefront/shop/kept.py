"""Rendered pages that everybody shares, kept in this process until content or stock changes.

A page is found by its address, the merchant's content version and a quarter of an hour, and given
out only while the stock levels that it tells are what they were. Nothing of a browser that carries
any cookie is kept or given out here.
"""

import gzip
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response, g, make_response, request
from sqlalchemy import Connection

from commerce.inventory.queries import levels_of
from commerce.web.headers import is_shared, share
from storefront.shop.frame import template_version
from storefront.shop.memory import Memory, quarter
from storefront.shop.visit import Visit

_MOST_PAGES = 512
_MOST_SEEN_ONCE = 64
_OK = 200


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it was rendered (packed or not), and the stock that it was rendered from."""

    body: bytes
    etag: str
    variants: tuple[UUID, ...]
    trace: int

    def packed(self) -> "KeptPage":
        """Return the page packed for browsers: a fifth of the room, and half a millisecond's work."""
        return KeptPage(gzip.compress(self.body, mtime=0), self.etag, self.variants, self.trace)


# Most of the pages that a search engine walks through are never asked for again: they are not worth
# the packing, nor much room.
_seen_once = Memory(_MOST_SEEN_ONCE)
_packed = Memory(_MOST_PAGES)


def kept_page(connection: Connection, visit: Visit) -> Response | None:
    """Return the page of the current request as it was rendered before, if that is still true."""
    if request.cookies:
        return None
    page = _find(_key(visit))
    if page is None:
        return None
    if page.variants and hash(levels_of(connection, variant_ids=page.variants)) != page.trace:
        return None
    share(page.etag)
    return _given_out(page)


def _find(key: Hashable) -> KeptPage | None:
    """Return the packed page; one that is asked for again for the first time is packed now."""
    page = _packed.find(key)
    if isinstance(page, KeptPage):
        return page
    once = _seen_once.leave(key)
    if not isinstance(once, KeptPage):
        return None
    packed = once.packed()
    _packed.keep(key, packed)
    return packed


def _given_out(page: KeptPage) -> Response:
    """Answer with the packed page where the browser takes it; nothing secret stands in a shared one."""
    if not request.accept_encodings.quality("gzip"):
        return make_response(gzip.decompress(page.body))
    response = make_response(page.body)
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
        _packed.leave(_key(visit))
        _seen_once.keep(_key(visit), page)
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
