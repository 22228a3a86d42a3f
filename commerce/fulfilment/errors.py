"""What fulfilment refuses, and what to do about it."""

from commerce.kernel.errors import CommerceError, NotFoundError


class UnknownDeliveryOptionError(NotFoundError):
    """The merchant has no such delivery option."""

    code = "unknown-delivery-option"
    template = "There is no such way of delivery. Reload the page and choose another one."


class UnknownCountryGroupError(NotFoundError):
    """The merchant has no such group of countries."""

    code = "unknown-country-group"
    template = "There is no group of countries “%(group)s”. Add it first."


class CountryGroupedTwiceError(CommerceError):
    """A country stands in another group already."""

    code = "country-grouped-twice"
    status = 409
    template = "%(countries)s already belong to another group. Take them out of it first."


class DeliveryShapeError(CommerceError):
    """The settings of a delivery option contradict each other."""

    code = "delivery-shape"
    template = "%(why)s"


class OpeningHoursError(CommerceError):
    """Opening hours overlap or end before they begin."""

    code = "opening-hours"
    template = "The opening hours of weekday %(weekday)s overlap or end before they begin."
