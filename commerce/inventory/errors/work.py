"""What the work on stock refuses: transfers, purchases, counts, quarantine, lots, reorder rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar
from uuid import UUID

from commerce.kernel.errors import CommerceError, FieldProblem

_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "nothing": "There is no line. Name at least one product.",
        "nothing-leaves": "Nothing is packed yet. Enter what leaves, and how many of each.",
        "nothing-came": "Nothing was entered. Enter what came, and how many of each.",
        "too-many": "There are more lines than one paper holds: at most %(most)s.",
        "unknown": "These goods are not in your catalogue.",
        "not-counted": "Nobody counts the stock of these goods, so they cannot be moved on the books.",
        "twice": "These goods are named twice. Put them on one line.",
        "units": "The number of units must be between %(least)s and %(most)s.",
        "not-on-it": "These goods are not on this paper.",
        "beyond-asked": "At most %(most)s units were asked for.",
        "beyond-sent": (
            "Only %(most)s more units are expected. Say on purpose what came beyond that."
        ),
        "damaged": "No more units can be damaged than came.",
        "lot-missing": "Say which lot came, and until when it may be sold.",
        "lot-which": "These goods are kept by lot. Say which lot is meant.",
        "lot-unwanted": "These goods are not kept by lot.",
        "lot-code": "The code of a lot has between 1 and %(most)s characters.",
        "lot-expiry": "This lot is on the books with another expiry date: %(expires_on)s.",
        "lot-unknown": "There is no such lot of these goods here.",
        "lot-short": "Only %(available)s units of this lot are here.",
        "cost": "Nobody pays that for one unit. Correct the cost.",
        "zone": "Zones have at most %(most)s characters.",
        "zone-unknown": "No goods lie on a shelf of this name there. Check how it is written.",
        "other-zone": "These goods lie in zone %(zone)s. Count them there, or change their zone.",
        "not-left-to-count": "These goods were struck from this sheet.",
        "not-counted-yet": "Count these goods once before they are counted again.",
    }
)


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with one line; `code` names one of the sentences above."""

    variant_id: UUID | None
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


class LinesRefusedError(CommerceError):
    """Lines that cannot be taken as they are; every one of them is named, and nothing was changed."""

    code = "lines-refused"
    status = 422
    template = "Nothing was changed. Correct the lines that are named and send all again."

    def __init__(self, faults: Sequence[LineFault]) -> None:
        super().__init__()
        self.faults = tuple(faults)

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """One problem for each line at fault."""
        return tuple(
            FieldProblem(
                pointer="/lines" if each.variant_id is None else f"/lines/{each.variant_id}",
                code=each.code,
                template=_SENTENCES[each.code],
                **each.params,
            )
            for each in self.faults
        )


class UnitsPromisedError(CommerceError):
    """Units are to leave a level that are promised to somebody, or are not there."""

    code = "units-promised"
    status = 409
    template = (
        "Some of these units are promised to orders or are not there. "
        "Move those orders first, or take fewer units."
    )

    line_template: ClassVar[str] = "Only %(free)s of them are free; %(wanted)s are to leave."

    def __init__(self, short: Sequence[tuple[UUID, int, int]]) -> None:
        super().__init__()
        self.short = tuple(short)
        """Variant, units that are to leave, units that are free."""

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """One problem for each line that is not free."""
        return tuple(
            FieldProblem(
                pointer=f"/lines/{variant_id}",
                code=self.code,
                template=self.line_template,
                free=free,
                wanted=wanted,
            )
            for variant_id, wanted, free in self.short
        )


class CountUnfinishedError(CommerceError):
    """A sheet is to be approved although lines of it are not counted, or not counted once more."""

    code = "count-unfinished"
    status = 409
    template = (
        "This count is not finished. Count the goods that are named, or strike them from the sheet."
    )

    uncounted_template: ClassVar[str] = "These goods have not been counted."
    recount_template: ClassVar[str] = "They differ too much from the books. Count them once more."

    def __init__(self, *, uncounted: Sequence[UUID], to_recount: Sequence[UUID]) -> None:
        super().__init__()
        self.uncounted = tuple(uncounted)
        self.to_recount = tuple(to_recount)

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """One problem for each line that is not finished."""
        named = (
            (self.uncounted, "not-counted", self.uncounted_template),
            (self.to_recount, "recount", self.recount_template),
        )
        return tuple(
            FieldProblem(pointer=f"/lines/{variant_id}", code=code, template=template)
            for variants, code, template in named
            for variant_id in variants
        )


class TransferNotDraftError(CommerceError):
    """A transfer is to be changed, sent or dropped that is no draft any more."""

    code = "transfer-not-draft"
    status = 409
    template = "This transfer has left already, or was cancelled. Load the page again."


class TransferNotSentError(CommerceError):
    """Goods are to arrive of a transfer that is not under way."""

    code = "transfer-not-under-way"
    status = 409
    template = "This transfer is not under way: it was not sent yet, or all of it has been settled."


class PurchaseNotDraftError(CommerceError):
    """A purchase is to be changed or ordered that is no draft any more."""

    code = "purchase-not-draft"
    status = 409
    template = "This purchase was ordered already, or was cancelled. Load the page again."


class PurchaseNotOrderedError(CommerceError):
    """Goods are to arrive of a purchase that nobody waits for."""

    code = "purchase-not-ordered"
    status = 409
    template = "Nothing is expected of this purchase: it was not ordered yet, or it is closed."


class CountClosedError(CommerceError):
    """A sheet is to be written on that was approved or cancelled."""

    code = "count-closed"
    status = 409
    template = "This count is closed. Open a new one to count again."


class CountOverlapsError(CommerceError):
    """Goods are to be counted that stand on another open sheet of the same place."""

    code = "count-overlaps"
    status = 409
    template = "Goods of this place are being counted on another sheet. Close that one first."


class ReceiptTakenError(CommerceError):
    """The id of a receipt belongs to a receipt of something else."""

    code = "receipt-taken"
    status = 409
    template = "This receipt was booked for other goods already. Load the page again."


class PlacesRefusedError(CommerceError):
    """A place that goods cannot be sent from, bought for, counted at or set aside from."""

    code = "places-refused"
    status = 422
    template = (
        "Choose places of your own that are in use and are neither in transit nor a quarantine; "
        "a transfer needs two different ones."
    )


class PlaceNeverSellsError(CommerceError):
    """What is in transit or in quarantine is to be promised by the web."""

    code = "place-never-sells"
    status = 422
    template = "What is in transit or in quarantine is never sold. Leave the web sales off."


class NotInTransitHereError(CommerceError):
    """Stock in transit is to be counted or corrected by hand."""

    code = "in-transit"
    status = 409
    template = "Stock in transit changes by its transfers alone. Receive or settle the transfer."


class ReasonMissingError(CommerceError):
    """Stock is to change without a word why."""

    code = "reason-missing"
    status = 422
    template = "Say why in 1 to %(most)s characters; the ledger keeps it."


class TermsRefusedError(CommerceError):
    """A date, a note or a tolerance that nobody can mean."""

    code = "terms-refused"
    status = 422
    template = (
        "A note has at most %(note)s characters, a date lies between 2000 and 2199, "
        "and a tolerance between 0 and %(tolerance)s units."
    )


class SupplierCodeTakenError(CommerceError):
    """Two suppliers are to have one code."""

    code = "supplier-code-taken"
    status = 409
    template = "Another supplier has the code %(supplier)s. Choose another code."


class SupplierRefusedError(CommerceError):
    """A supplier without a name or a code, or with terms that nobody can mean."""

    code = "supplier-refused"
    status = 422
    template = (
        "A supplier has a code of 1 to 20 characters, a name of 1 to 200, and delivers within "
        "730 days."
    )


class ReorderRuleRefusedError(CommerceError):
    """A reorder rule that can never propose anything sensible."""

    code = "reorder-rule-refused"
    status = 422
    template = (
        "A rule fills up to more units than its point, in packs of at least one unit, "
        "either from a supplier or from another place."
    )


class NotPostedHereError(CommerceError):
    """Somebody works with stock at a place that they are not posted to."""

    code = "not-posted-here"
    status = 403
    template = (
        "You work with the stock of other places. Ask a manager to post you here, or to do it."
    )


class LotsKeptError(CommerceError):
    """Goods that nobody counts are to be kept by lot."""

    code = "lots-need-counting"
    status = 422
    template = "Only goods whose stock is counted can be kept by lot."
