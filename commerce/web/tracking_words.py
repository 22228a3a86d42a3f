"""What a parcel's scans are called, for pages and letters in both languages."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from commerce.kernel.territories import territory_name
from commerce.plugins.tracking import TrackingStage
from commerce.plugins.wording import Wording
from commerce.web.formats import day_in

STAGES: Mapping[TrackingStage, Wording] = MappingProxyType(
    {
        TrackingStage.ANNOUNCED: Wording("Announced to the carrier", "已通知快递公司"),
        TrackingStage.ACCEPTED: Wording("With the carrier", "快递已揽收"),
        TrackingStage.IN_TRANSIT: Wording("On its way", "运输中"),
        TrackingStage.IN_CUSTOMS: Wording("At customs", "清关中"),
        TrackingStage.OUT_FOR_DELIVERY: Wording("Out for delivery", "派送中"),
        TrackingStage.TO_COLLECT: Wording("Waits to be collected", "待自取"),
        TrackingStage.DELAYED: Wording("Delayed", "运输延误"),
        TrackingStage.DELIVERED: Wording("Delivered", "已签收"),
        TrackingStage.RETURNED: Wording("Went back to the sender", "已退回寄件方"),
        TrackingStage.LOST: Wording("Lost", "包裹丢失"),
    }
)

_TIMELINE = {
    TrackingStage.DELAYED: "wait",
    TrackingStage.TO_COLLECT: "wait",
    TrackingStage.RETURNED: "bad",
    TrackingStage.LOST: "bad",
}


def stage_of(facts: Mapping[str, Any]) -> TrackingStage:
    """Return the stage that a timeline keeps of a scan."""
    return TrackingStage(facts["stage"])


def stage_name(stage: TrackingStage, language: str) -> str:
    """Return what a scan says, in `language` ("zh" or "en")."""
    return STAGES[stage].spoken(language)


def stage_state(stage: TrackingStage) -> str:
    """Return how a timeline draws a scan."""
    return _TIMELINE.get(stage, "done")


def scan_place(place: str, country: str, language: str) -> str:
    """Return where a parcel was scanned: the carrier's words, and the country where it has one."""
    named = territory_name(country, language) if country else ""
    comma = "，" if language == "zh" else ", "
    return comma.join(filter(None, (place, named)))


def scan_line(facts: Mapping[str, Any], at: datetime, language: str) -> str:
    """Return a scan of a timeline in one line; `at` is its moment by the clock of whoever reads."""
    where = scan_place(str(facts.get("place", "")), str(facts.get("country", "")), language)
    words = (
        f"{day_in(at.date(), language)} {at:%H:%M}",
        stage_name(stage_of(facts), language),
        where,
    )
    return " · ".join(filter(None, words))
