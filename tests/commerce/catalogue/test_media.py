from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy.exc import ProgrammingError

from commerce.catalogue import queries
from commerce.catalogue.errors import MediaCountError, MediaNotFoundError, MediaRoomError
from commerce.catalogue.images import KeptImage
from commerce.catalogue.records import Derivative, ProductSheet
from commerce.catalogue.service import media
from commerce.catalogue.service.products import create_product
from commerce.catalogue.service.quota import allow_media, set_media_quota
from commerce.kernel.clock import utc_now
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


def allow(database: Database, *, most_files: int, most_bytes: int) -> None:
    with database.transaction(Scope.park()) as session:
        set_media_quota(
            session,
            most_files=most_files,
            most_bytes=most_bytes,
            valid_from=utc_now().date(),
            source="test",
        )


def hang_bytes(database: Database, merchant: UUID, cup: ProductSheet, size: int) -> UUID:
    with database.transaction(Scope.merchant(merchant)) as session:
        return media.add_media(
            session,
            merchant_id=merchant,
            product_id=cup.id,
            kept=KeptImage(f"{size}.webp", 800, 1000, "image", size),
            alt={},
        )


def test_a_merchant_keeps_as_many_pictures_as_the_park_allows(
    database: Database, merchant: UUID, cup: ProductSheet
) -> None:
    allow(database, most_files=2, most_bytes=10**9)
    hang_bytes(database, merchant, cup, 10)
    last = hang_bytes(database, merchant, cup, 20)
    with pytest.raises(MediaCountError, match="2 pictures"):
        hang_bytes(database, merchant, cup, 30)
    with database.transaction(Scope.merchant(merchant)) as session:
        media.remove_media(session, merchant_id=merchant, media_id=last)
    hang_bytes(database, merchant, cup, 30)


def test_the_bytes_of_a_picture_and_its_copies_count(
    database: Database, merchant: UUID, cup: ProductSheet
) -> None:
    allow(database, most_files=100, most_bytes=1_500_000_000)
    photo = hang_bytes(database, merchant, cup, 900_000_000)
    copies = [Derivative(320, 400, "a.webp", 200_000_000), Derivative(640, 800, "b.webp", 1)]
    for _again in range(2):
        with database.transaction(Scope.merchant(merchant)) as session:
            media.record_derivatives(
                session, merchant_id=merchant, media_id=photo, derivatives=copies
            )
    with pytest.raises(MediaRoomError, match=r"1\.5 GB"):
        hang_bytes(database, merchant, cup, 400_000_000)
    hang_bytes(database, merchant, cup, 399_999_999)


def test_a_quota_is_the_parks_to_set_and_holds_for_each_merchant_alone(
    database: Database, merchant: UUID, cup: ProductSheet
) -> None:
    allow(database, most_files=1, most_bytes=10**9)
    hang_bytes(database, merchant, cup, 10)
    other = create_merchant(database, slug="harbour-imports")
    with database.transaction(Scope.merchant(other)) as session:
        bowl = create_product(session, merchant_id=other, sheet=product_sheet("bowl"))
    hang_bytes(database, other, bowl, 10)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        database.transaction(Scope.merchant(merchant)) as session,
    ):
        set_media_quota(
            session, most_files=9, most_bytes=9, valid_from=date(2026, 1, 1), source="mine"
        )
    more = {"most_files": 2, "most_bytes": 10**9, "valid_from": date(2026, 1, 1)}
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        database.transaction(Scope.merchant(merchant)) as session,
    ):
        allow_media(session, merchant_id=merchant, source="mine", **more)  # type: ignore[arg-type]
    with database.transaction(Scope.park()) as session:
        allow_media(session, merchant_id=merchant, source="Park office", **more)  # type: ignore[arg-type]
    hang_bytes(database, merchant, cup, 10)
    with pytest.raises(MediaCountError, match="2 pictures"):
        hang_bytes(database, merchant, cup, 10)
    with pytest.raises(MediaCountError, match="1 pictures"):
        hang_bytes(database, other, bowl, 10)


def test_uploads_at_once_do_not_share_the_last_place(
    database: Database, merchant: UUID, cup: ProductSheet
) -> None:
    allow(database, most_files=1, most_bytes=10**9)

    def attempt(size: int) -> bool:
        try:
            hang_bytes(database, merchant, cup, size)
        except MediaCountError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]
