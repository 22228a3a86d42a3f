from uuid import UUID

import pytest

from commerce.catalogue import queries
from commerce.catalogue.errors import MediaNotFoundError
from commerce.catalogue.images import KeptImage
from commerce.catalogue.records import Derivative, ProductSheet
from commerce.catalogue.service import media
from commerce.catalogue.service.products import create_product
from commerce.kernel.database import Database, Scope
from tests.support.catalogue import product_sheet
from tests.support.park import create_merchant

COPIES = [Derivative(320, 400, "a-320.webp")]


@pytest.fixture
def cup(database: Database, merchant: UUID) -> ProductSheet:
    with database.transaction(Scope.merchant(merchant)) as session:
        return create_product(session, merchant_id=merchant, sheet=product_sheet("cup"))


def hang(database: Database, merchant: UUID, cup: ProductSheet, name: str, kind: str) -> UUID:
    with database.transaction(Scope.merchant(merchant)) as session:
        return media.add_media(
            session,
            merchant_id=merchant,
            product_id=cup.id,
            kept=KeptImage(name, 800, 1000, kind),
            alt={"en": f"Picture {name}", "zh": f"图片 {name}"},
        )


def shown(database: Database, merchant: UUID, locale: str = "en") -> list[str]:
    with database.reading(Scope.merchant(merchant)) as connection:
        page = queries.product_by_handle(connection, handle="cup", locale=locale)
    return [picture.alt for picture in page.pictures]


def test_a_photograph_is_shown_when_its_copies_are_made(
    database: Database, merchant: UUID, cup: ProductSheet
) -> None:
    photo = hang(database, merchant, cup, "a.webp", "image")
    assert shown(database, merchant) == []
    with database.reading(Scope.park()) as connection:
        (waiting,) = queries.waiting_pictures(connection)
    assert (waiting.merchant_id, waiting.id, waiting.storage_name) == (merchant, photo, "a.webp")
    with database.transaction(Scope.merchant(merchant)) as session:
        media.record_derivatives(session, merchant_id=merchant, media_id=photo, derivatives=COPIES)
    with database.reading(Scope.merchant(merchant)) as connection:
        page = queries.product_by_handle(connection, handle="cup", locale="zh")
        card = queries.list_products(connection, locale="zh").cards[0]
        assert queries.waiting_pictures(connection) == []
    assert page.pictures[0].derivatives == tuple(COPIES)
    assert card.picture == page.pictures[0]
    assert card.picture.alt == "图片 a.webp"


def test_a_refused_photograph_is_only_in_the_gallery(
    database: Database, merchant: UUID, cup: ProductSheet
) -> None:
    photo = hang(database, merchant, cup, "a.webp", "image")
    with database.transaction(Scope.merchant(merchant)) as session:
        media.refuse_media(session, merchant_id=merchant, media_id=photo)
    assert shown(database, merchant) == []
    with database.reading(Scope.merchant(merchant)) as connection:
        gallery = queries.pictures_of(connection, product_id=cup.id, locale="en")
    assert [picture.state for picture in gallery] == ["refused"]


def test_pictures_are_ordered_described_and_removed(
    database: Database, merchant: UUID, cup: ProductSheet
) -> None:
    first, second = (hang(database, merchant, cup, f"{n}.svg", "drawing") for n in "ab")
    assert shown(database, merchant) == ["Picture a.svg", "Picture b.svg"]
    with database.transaction(Scope.merchant(merchant)) as session:
        media.reorder_media(
            session, merchant_id=merchant, product_id=cup.id, media_ids=[second, first]
        )
        media.describe_media(
            session, merchant_id=merchant, media_id=first, alt={"en": "The cup from above"}
        )
    assert shown(database, merchant) == ["Picture b.svg", "The cup from above"]
    with database.transaction(Scope.merchant(merchant)) as session:
        files = media.remove_media(session, merchant_id=merchant, media_id=second)
    assert files == ["b.svg"]
    assert shown(database, merchant) == ["The cup from above"]


def test_another_merchants_picture_is_not_there(
    database: Database, merchant: UUID, cup: ProductSheet
) -> None:
    photo = hang(database, merchant, cup, "a.svg", "drawing")
    other = create_merchant(database, slug="harbour-imports")
    with (
        pytest.raises(MediaNotFoundError),
        database.transaction(Scope.merchant(other)) as session,
    ):
        media.remove_media(session, merchant_id=other, media_id=photo)
