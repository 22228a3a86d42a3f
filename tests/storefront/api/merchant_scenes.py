"""Scenes in which a merchant's programs meet the problems of writing products."""

import io
from collections.abc import Callable
from threading import Thread
from time import sleep
from typing import Any

from PIL import Image
from sqlalchemy import text
from werkzeug.test import TestResponse

from commerce.catalogue.records import ProductSheet, VariantSheet, Words
from commerce.catalogue.service.put import put_products
from commerce.catalogue.service.quota import set_media_quota
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.ids import new_code
from tests.storefront.api.counter import Caller, Counter, done
from tests.storefront.api.test_product_writing import document, drawn, path_of, put, upload

Scene = Callable[[Counter, Caller], TestResponse]

_ROOMY = {"most_files": 1_000_000, "most_bytes": 10**15}
_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def unread(counter: Counter, client: Caller) -> TestResponse:
    code = new_code(8)
    done(put(client, path_of(code), document(code)), 201)
    return put(client, path_of(code), document(code))


def read_too_long_ago(counter: Counter, client: Caller) -> TestResponse:
    code = new_code(8)
    return put(client, path_of(code), document(code), If_Match='"of-yesterday"')


def with_something_new_that_is_there(counter: Counter, client: Caller) -> TestResponse:
    code = new_code(8)
    put(client, path_of(code), document(code))
    return put(client, path_of(code), document(code), If_None_Match="*")


def with_a_wrong_barcode(counter: Counter, client: Caller) -> TestResponse:
    return _with_variant(client, gtin="4006381333932")


def with_anothers_number(counter: Counter, client: Caller) -> TestResponse:
    code = new_code(8)
    done(_with_variant(client, sku=code), 201)
    return _with_variant(client, sku=code)


def with_anothers_barcode(counter: Counter, client: Caller) -> TestResponse:
    done(_with_variant(client, gtin="4006381333931"), 201)
    return _with_variant(client, gtin="4006381333931")


def in_no_category(counter: Counter, client: Caller) -> TestResponse:
    code = new_code(8)
    return put(client, path_of(code), document(code, categories=["nowhere"]))


def a_moment_too_late(counter: Counter, client: Caller) -> TestResponse:
    """Somebody at the desk uses the same SKU and saves while the program's call waits."""
    code = new_code(8)
    sheet = ProductSheet(
        handle=f"desk-{code.lower()}",
        words={"en": Words(name="Teapot")},
        variants=(VariantSheet(sku=f"{code}-S"),),
    )
    answers: list[TestResponse] = []
    call = Thread(target=lambda: answers.append(put(client, path_of(code), document(code))))
    with counter.database.transaction(counter.shop.scope) as session:
        put_products(session, merchant_id=counter.shop.merchant.id, sheets=[sheet])
        call.start()
        for _ in range(100):
            if session.scalar(_WAITING):
                break
            sleep(0.02)
    call.join()
    return answers[0]


def in_no_list(counter: Counter, client: Caller) -> TestResponse:
    code = new_code(8)
    done(put(client, path_of(code), document(code)), 201)
    body = {"price_list": "nobody", "prices": []}
    return put(client, f"{path_of(code)}/prices", body, If_Match="*")


def with_json_for_a_picture(counter: Counter, client: Caller) -> TestResponse:
    return client.post("/products/anything/media", {"picture": "x"})


def with_invisible_words(counter: Counter, client: Caller) -> TestResponse:
    return _picture(client, drawn(), alt_en="bell \a")


def with_a_drawing_that_acts(counter: Counter, client: Caller) -> TestResponse:
    return _picture(client, b"<svg onload=alert(1)>")


def with_another_name(counter: Counter, client: Caller) -> TestResponse:
    return _picture(client, drawn(), name="pot.gif")


def with_half_a_picture(counter: Counter, client: Caller) -> TestResponse:
    return _picture(client, drawn()[:200])


def with_a_wall_of_a_picture(counter: Counter, client: Caller) -> TestResponse:
    written = io.BytesIO()
    Image.new("1", (6000, 5000)).save(written, "PNG")
    return _picture(client, written.getvalue())


def with_one_picture_too_many(counter: Counter, client: Caller) -> TestResponse:
    return _within(counter, client, most_files=0)


def with_a_picture_too_heavy(counter: Counter, client: Caller) -> TestResponse:
    return _within(counter, client, most_bytes=1)


def _with_variant(client: Caller, **more: Any) -> TestResponse:
    code = new_code(8)
    body = {
        "words": {"en": {"name": "Teapot"}},
        "variants": [{"sku": code, **more}],
    }
    return put(client, path_of(code), body)


def _picture(client: Caller, content: bytes, **more: str) -> TestResponse:
    code = new_code(8)
    done(put(client, path_of(code), document(code)), 201)
    return upload(client, path_of(code), content, **more)


def _within(counter: Counter, client: Caller, **quota: int) -> TestResponse:
    """Hang a picture while the park allows little room."""
    _allow(counter, **_ROOMY | quota)
    answer = _picture(client, drawn())
    _allow(counter, **_ROOMY)
    return answer


def _allow(counter: Counter, *, most_files: int, most_bytes: int) -> None:
    with counter.database.transaction(Scope.park()) as session:
        set_media_quota(
            session,
            most_files=most_files,
            most_bytes=most_bytes,
            valid_from=utc_now().date(),
            source="test",
        )


MERCHANT_SCENES: dict[str, tuple[int, Scene]] = {
    "precondition-needed": (428, unread),
    "already-there": (412, with_something_new_that_is_there),
    "precondition-failed": (412, read_too_long_ago),
    "invalid-product": (422, with_a_wrong_barcode),
    "sku-taken": (409, with_anothers_number),
    "gtin-taken": (409, with_anothers_barcode),
    "category-not-found": (404, in_no_category),
    "catalogue-changed": (409, a_moment_too_late),
    "unknown-price-list": (404, in_no_list),
    "form-needed": (415, with_json_for_a_picture),
    "unkeepable-text": (400, with_invisible_words),
    "image-format": (415, with_a_drawing_that_acts),
    "image-name": (415, with_another_name),
    "image-damaged": (422, with_half_a_picture),
    "image-too-large": (413, with_a_wall_of_a_picture),
    "media-count": (409, with_one_picture_too_many),
    "media-room": (409, with_a_picture_too_heavy),
}
