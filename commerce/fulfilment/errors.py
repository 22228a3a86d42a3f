"""What fulfilment refuses, and what to do about it."""

from commerce.kernel.errors import CommerceError, NotFoundError, SettingsContradictError


class UnknownDeliveryOptionError(NotFoundError):
    """The merchant has no such delivery option."""

    code = "unknown-delivery-option"
    template = "There is no such way of delivery. Choose one of those that are offered."


class UnknownCountryGroupError(NotFoundError):
    """The merchant has no such group of countries."""

    code = "unknown-country-group"
    template = "There is no group of countries “%(group)s”. Add it first."


class NoCountryError(CommerceError):
    """Something else than a country's code stands in a group of countries."""

    code = "no-country"
    template = "These are no countries: %(codes)s. Write two letters each, such as DE, FR."


class CountryGroupedTwiceError(CommerceError):
    """A country stands in another group already."""

    code = "country-grouped-twice"
    status = 409
    template = "%(countries)s already belong to another group. Take them out of it first."


class DeliveryShapeError(SettingsContradictError):
    """The settings of a delivery option contradict each other; the problem says which and why."""

    code = "delivery-shape"
    template = "This way of delivery cannot be offered as it is. Correct the marked setting."


class OpeningHoursError(CommerceError):
    """Opening hours overlap or end before they begin."""

    code = "opening-hours"
    template = "The opening hours of weekday %(weekday)s overlap or end before they begin."


class RulesLeaveNoPlaceError(CommerceError):
    """There are enough goods, but the merchant's rules let no place send them there."""

    code = "rules-leave-no-place"
    status = 409
    template = "We cannot send these goods there at present. Choose another way of delivery."


class SourcingPolicyError(SettingsContradictError):
    """A trade-off of sourcing is no amount."""

    code = "sourcing-policy"
    template = "Orders cannot be sourced by these figures. Correct the marked one."


class DispatchTermsError(SettingsContradictError):
    """What a place costs and can do does not fit together; the problem says what."""

    code = "dispatch-terms"
    template = "A place cannot send orders on these terms. Correct the marked setting."


class SourcingRuleError(SettingsContradictError):
    """A sourcing rule contradicts itself; the problem says which one and why."""

    code = "sourcing-rule"
    template = "One of the rules cannot be kept as it is. Correct the marked setting."


class TooManyRulesError(CommerceError):
    """There are more sourcing rules than every order can be held against."""

    code = "too-many-sourcing-rules"
    template = "There can be %(most)s rules. Join some that do the same."


class TrackingNumberError(CommerceError):
    """What stands for a tracking number is none."""

    code = "tracking-number"
    template = "A tracking number has 4 to 40 letters, digits and dashes. Copy it from the carrier’s label."


class CarrierNameError(CommerceError):
    """A carrier's name that is too long, or holds what cannot be printed."""

    code = "carrier-name"
    template = "Write the carrier’s name in at most %(most)s characters."


class UnknownFulfilmentError(NotFoundError):
    """The merchant has no such part of an order."""

    code = "unknown-fulfilment"
    template = "There is no such parcel or pickup. Go back to the list."


class FulfilmentMovedOnError(CommerceError):
    """A part of an order is not in the state that a step needs: somebody was quicker."""

    code = "fulfilment-moved-on"
    status = 409
    template = "Somebody was quicker, or these goods went another way. Look at the list again."


class PickedAlreadyError(CommerceError):
    """More units are picked than are to leave."""

    code = "picked-already"
    status = 409
    template = "All units of it are picked already."


class NotInFulfilmentError(CommerceError):
    """What was scanned is not to be picked for this part of an order."""

    code = "not-in-fulfilment"
    status = 409
    template = "This product is not part of it. Put it back on its shelf."


class UnknownCodeError(CommerceError):
    """What was scanned is the code of no product."""

    code = "unknown-code"
    status = 409
    template = "No product has this code. Scan it again, or pick it in the list."


class NothingScannedError(CommerceError):
    """A pick was sent without a code."""

    code = "nothing-scanned"
    status = 422
    template = "Scan or type a code first."


class NotAllPickedError(CommerceError):
    """Units are still to be picked."""

    code = "not-all-picked"
    status = 409
    template = "Pick everything first, or say what is missing."


class TakeOutFirstError(CommerceError):
    """Goods are to leave, and units among them were refunded after they had been picked."""

    code = "take-out-first"
    status = 409
    template = "Units were refunded after they were picked. Take them out under Pick and pack, and confirm it there."


class ShortBeyondUnpickedError(CommerceError):
    """More units are said to be missing than are still to be picked."""

    code = "short-beyond-unpicked"
    template = "Fewer units of it are still to be picked. Write how many of them are missing."


class DeclineNoteError(CommerceError):
    """Nobody says why a place declines, or in too many words."""

    code = "decline-note"
    template = "Say why in a few words, at most %(most)s characters."


class ShelfNameError(CommerceError):
    """The name of a pickup shelf is too long."""

    code = "shelf-name"
    template = "Write where it lies in at most %(most)s characters."


class PickupCodeError(CommerceError):
    """What was scanned or typed is no code of this merchant for goods that lie ready."""

    code = "pickup-code"
    template = "This is no pickup code for goods that lie here. Ask for the order number."


class CarrierUnavailableError(CommerceError):
    """The merchant has no such carrier, or it is not set up any more."""

    code = "carrier-unavailable"
    status = 409
    template = "This carrier is not set up. Set it up in Settings, or write the number by hand."


class NoParcelError(CommerceError):
    """A part of an order leaves in no parcel, or nobody knows where to."""

    code = "no-parcel"
    status = 409
    template = "No label can be booked for this part: it leaves otherwise, or has no address."


class NotPackedError(CommerceError):
    """Only what is packed can be weighed."""

    code = "not-packed"
    status = 409
    template = "Pack it first: a label is for a parcel that is closed and weighed."


class LabelStandsError(CommerceError):
    """A part has a label already, or one is being booked."""

    code = "label-stands"
    status = 409
    template = "There is a label for this parcel already. Cancel it before you book another one."


class ParcelWeightError(CommerceError):
    """No carrier takes such a weight."""

    code = "parcel-weight"
    status = 422
    template = "Give the weight in grams, from 1 to 1,000,000."


class UnknownLabelError(NotFoundError):
    """The merchant has no such label."""

    code = "unknown-label"
    template = "There is no such label. Reload the page."


class LabelMovedOnError(CommerceError):
    """A label is not as the step expects it: it is given back, or its parcel has left."""

    code = "label-moved-on"
    status = 409
    template = "This label cannot be cancelled any more. Reload the page to see how it stands."


class ForgedNewsError(CommerceError):
    """A carrier's message does not prove where it comes from."""

    code = "forged-news"
    status = 400
    template = "This message is not from the carrier, or too old."
