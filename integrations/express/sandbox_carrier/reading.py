"""Reads the carrier's JSON; what does not have the agreed shape is refused as a whole."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from commerce.kernel.money import Money
from commerce.plugins.carriers import (
    LabelDocument,
    LabelFormat,
    LabelSnapshot,
    LabelStage,
    ServiceOffer,
)
from commerce.plugins.tracking import TrackingNews, TrackingScan, TrackingStage
from commerce.plugins.wording import Wording
from integrations.simulated.wire import ShapeError

CARRIER = Wording("Harbour Express", "海港快递")

Read = TypeVar("Read")


def read_offers(body: dict[str, Any]) -> tuple[ServiceOffer, ...]:
    """Return the offers in `body`.

    Raises:
        ShapeError: it holds none.
    """
    return _shaped(
        lambda: tuple(
            ServiceOffer(
                code=_text(each["code"]),
                name=Wording(_text(each["name"]["en"]), _text(each["name"]["zh"])),
                cost=Money(_count(each["cost"]), _text(each["currency"])),
                min_days=_count(each["min_days"]),
                max_days=_count(each["max_days"]),
            )
            for each in body["offers"]
        )
    )


def read_label(body: dict[str, Any]) -> LabelSnapshot:
    """Return the label in `body`.

    Raises:
        ShapeError: it holds none.
    """
    return _shaped(
        lambda: LabelSnapshot(
            handle=_text(body["id"]),
            reference=UUID(_text(body["reference"])),
            stage=LabelStage(body["status"]),
            carrier=CARRIER,
            service=_text(body["service"]),
            tracking_number=_text(body["number"]),
            cost=Money(_count(body["cost"]), _text(body["currency"])),
            formats=tuple(LabelFormat),
            tracking_page=_text(body["tracking_page"]),
        )
    )


def read_document(body: dict[str, Any], form: LabelFormat) -> LabelDocument:
    """Return the document in `body`.

    Raises:
        ShapeError: it holds none.
    """
    return _shaped(
        lambda: LabelDocument(
            format=form, content=base64.b64decode(_text(body["content"]), validate=True)
        )
    )


def read_scans(body: dict[str, Any]) -> tuple[TrackingScan, ...]:
    """Return the scans in `body`.

    Raises:
        ShapeError: it holds none.
    """
    return _shaped(
        lambda: tuple(
            TrackingScan(
                scan_id=_text(each["id"]),
                stage=TrackingStage(each["stage"]),
                at=datetime.fromtimestamp(float(each["at"]), UTC),
                place=_plain(each["place"]),
                country=_plain(each["country"]),
                detail=_plain(each["detail"]),
            )
            for each in body["scans"]
        )
    )


def read_news(body: Any) -> TrackingNews:
    """Return what a message tells.

    Raises:
        ShapeError: it tells nothing.
    """

    def told() -> TrackingNews:
        label = read_label(body["label"])
        return TrackingNews(
            message_id=_text(body["id"]),
            kind=_text(body["type"]),
            handle=label.handle,
            reference=label.reference,
            scans=read_scans(body),
        )

    return _shaped(told)


def _shaped(read: Callable[[], Read]) -> Read:
    try:
        return read()
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as fault:
        raise ShapeError from fault


def _text(value: Any) -> str:
    if not value:
        raise ShapeError
    return _plain(value)


def _plain(value: Any) -> str:
    if not isinstance(value, str):
        raise ShapeError
    return value


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ShapeError
    return value
