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
from integrations.simulated.shapes import ShapeError, plain_text, some_text, whole_number

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
                code=some_text(each["code"]),
                name=Wording(some_text(each["name"]["en"]), some_text(each["name"]["zh"])),
                cost=Money(whole_number(each["cost"]), some_text(each["currency"])),
                min_days=whole_number(each["min_days"]),
                max_days=whole_number(each["max_days"]),
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
            handle=some_text(body["id"]),
            reference=UUID(some_text(body["reference"])),
            stage=LabelStage(body["status"]),
            carrier=CARRIER,
            service=some_text(body["service"]),
            tracking_number=some_text(body["number"]),
            cost=Money(whole_number(body["cost"]), some_text(body["currency"])),
            formats=tuple(LabelFormat),
            tracking_page=some_text(body["tracking_page"]),
        )
    )


def read_document(body: dict[str, Any], form: LabelFormat) -> LabelDocument:
    """Return the document in `body`.

    Raises:
        ShapeError: it holds none.
    """
    return _shaped(
        lambda: LabelDocument(
            format=form, content=base64.b64decode(some_text(body["content"]), validate=True)
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
                scan_id=some_text(each["id"]),
                stage=TrackingStage(each["stage"]),
                at=datetime.fromtimestamp(float(each["at"]), UTC),
                place=plain_text(each["place"]),
                country=plain_text(each["country"]),
                detail=plain_text(each["detail"]),
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
            message_id=some_text(body["id"]),
            kind=some_text(body["type"]),
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
