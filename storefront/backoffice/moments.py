"""Moments as the desk types and shows them: in the shop's own time zone, to the minute."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import DateTimeLocalField

from commerce.web.languages import time_zone
from storefront.backoffice.forms import FieldFault
from storefront.backoffice.speech import gettext as _

_YEARS = range(2000, 3000)


class MomentField(DateTimeLocalField):  # type: ignore[misc]  # WTForms has no types
    """A day and a time of day in the shop's own time zone; `moment` is when that is."""

    def __init__(self, label: Any = None, validators: Any = None, **named: Any) -> None:
        shapes = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"]
        super().__init__(label, validators, format=shapes, **named)

    def moment(self, shown: datetime | None = None) -> datetime | None:
        """Return the moment in UTC; `shown` itself, to the second, where it was left as it stood."""
        if self.data is None or self.data == in_shop_time(shown):
            return shown if self.data else None
        local: datetime = self.data.replace(tzinfo=ZoneInfo(time_zone()))
        return local.astimezone(UTC)

    def process_formdata(self, valuelist: Any) -> None:
        """Read what was typed, and say in the page's language what cannot be read."""
        try:
            super().process_formdata(valuelist)
        except ValueError as fault:
            raise ValueError(_("Give a day and a time, such as 2026-11-11T20:00.")) from fault

    def pre_validate(self, _form: Any) -> None:
        """Refuse years in which nobody sells anything."""
        if self.data is not None and self.data.year not in _YEARS:
            raise FieldFault(_("Give a day and a time, such as 2026-11-11T20:00."))


def in_shop_time(moment: datetime | None) -> datetime | None:
    """Return a moment as it stands in a `MomentField`: local, to the minute."""
    if moment is None:
        return None
    return moment.astimezone(ZoneInfo(time_zone())).replace(second=0, microsecond=0, tzinfo=None)
