"""What the desk says about parts of orders: how far they come, until when, why not."""

from datetime import datetime, timedelta

from commerce.fulfilment.labels.rows import LabelRow, LabelState
from commerce.fulfilment.rows import DeclineReason, DeliveryKind, FulfilmentState, ShortReason
from commerce.web.languages import language
from commerce.web.tracking_words import stage_name, stage_state
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.words import Label, when_briefly

_SOON = timedelta(hours=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def part_state(state: FulfilmentState) -> Label:
    """Return what the desk calls how far a part has come."""
    return {
        FulfilmentState.OPEN: Label(_("To pick"), "info"),
        FulfilmentState.PICKING: Label(_("Being picked"), "wait"),
        FulfilmentState.PACKED: Label(_("Packed"), "good"),
        FulfilmentState.READY: Label(_("On the pickup shelf"), "good"),
        FulfilmentState.SENT: Label(_("Sent")),
        FulfilmentState.COLLECTED: Label(_("Handed over")),
        FulfilmentState.DELIVERED: Label(_("Delivered")),
        FulfilmentState.DECLINED: Label(_("Declined"), "bad"),
        FulfilmentState.CANCELLED: Label(_("Cancelled")),
        FulfilmentState.RETURNED: Label(_("Came back")),
    }[state]


def kind_name(kind: DeliveryKind) -> str:
    """Return what the desk calls the way in which a part leaves."""
    return {
        DeliveryKind.PARCEL: _("Parcel"),
        DeliveryKind.PICKUP: _("Pickup"),
        DeliveryKind.HAND_OVER: _("Hand-over"),
        DeliveryKind.SERVICE: _("Service"),
    }[kind]


def label_state(label: LabelRow) -> Label:
    """Return what the desk calls how a label, or its parcel once it was seen, stands."""
    if label.state is LabelState.BOOKED and label.stage is not None:
        kind = {"bad": "bad", "wait": "wait"}.get(stage_state(label.stage), "good")
        return Label(stage_name(label.stage, language()), kind)
    return {
        LabelState.ASKED: Label(_("Being booked"), "wait"),
        LabelState.BOOKED: Label(_("Booked"), "good"),
        LabelState.REFUSED: Label(_("Refused"), "bad"),
        LabelState.CANCELLING: Label(_("Being given back"), "wait"),
        LabelState.CANCELLED: Label(_("Cancelled")),
        LabelState.KEPT: Label(_("Not taken back"), "wait"),
    }[label.state]


def due_label(due_at: datetime | None, now: datetime) -> Label:
    """Return until when a part is due as a clerk reads a clock: how long is left, or how late it is."""
    if due_at is None:
        return Label(_("No hour yet"))
    left = due_at - now
    if left < timedelta():
        return Label(_("late by %(time)s", time=_span(-left)), "bad")
    if left < _DAY:
        words = _("due in %(time)s", time=_span(left))
        return Label(words, "wait" if left < _SOON else "info")
    return Label(_("due %(moment)s", moment=when_briefly(due_at)))


def _span(length: timedelta) -> str:
    if length >= _DAY:
        return ngettext("%(num)d day", "%(num)d days", length // _DAY)
    if length >= _HOUR:
        return _(
            "%(hours)d h %(minutes)d min",
            hours=length // _HOUR,
            minutes=length % _HOUR // timedelta(minutes=1),
        )
    return _("%(minutes)d min", minutes=length // timedelta(minutes=1))


def short_reasons() -> list[tuple[str, str]]:
    """Return why units may be missing, to choose from."""
    return [
        (ShortReason.NOT_FOUND.value, _("Not on its shelf")),
        (ShortReason.DAMAGED.value, _("Damaged")),
    ]


def decline_reasons() -> list[tuple[str, str]]:
    """Return why a place may decline, to choose from."""
    return [
        (DeclineReason.TOO_BUSY.value, _("Too busy to do it in time")),
        (DeclineReason.CLOSING.value, _("We are closing")),
        (DeclineReason.CANNOT_PACK.value, _("It cannot be packed here")),
        (DeclineReason.OTHER.value, _("Another reason")),
    ]
