"""What variants shall cost, as it was typed beside them."""

from collections.abc import Sequence
from uuid import UUID

from werkzeug.datastructures import MultiDict

from commerce.kernel.money import Money
from commerce.pricing.errors import CompareAtTooLowError
from commerce.pricing.rows import ListedPrice, PriceChange, PriceListRow
from commerce.web.faults import say
from storefront.backoffice.forms import Fault, example, typed_amount
from storefront.backoffice.products.variants import TypedVariants
from storefront.backoffice.speech import gettext as _


def read_prices(
    read: TypedVariants,
    lists: Sequence[PriceListRow],
    typed: MultiDict[str, str],
    prices: Sequence[ListedPrice] = (),
) -> tuple[dict[UUID, list[PriceChange]], list[Fault]]:
    """Return the prices to set in each list, and the fields that hold no amount.

    `prices` are those that the form showed: a converted one that nobody touched stays converted, and
    goes on following the exchange rate.
    """
    converted = {
        (each.price_list_id, each.variant_id): each.amount for each in prices if each.derived
    }
    changes: dict[UUID, list[PriceChange]] = {}
    faults: dict[str, Fault] = {}
    for each in lists:
        for variant in read.sheet.variants:
            row = read.typed_as.get(variant.id, variant.id)
            amount = _read(typed, f"price-{row}-{each.id}", each.currency, faults)
            former = None
            if each.is_base:
                former = _read(typed, f"compare-{row}", each.currency, faults)
                if amount is not None and former is not None and former <= amount:
                    told = say(CompareAtTooLowError.template, {})
                    faults[f"compare-{row}"] = {"field": f"compare-{row}", "message": told}
            if amount is not None and converted.get((each.id, row)) != amount:
                changes.setdefault(each.id, []).append(PriceChange(variant.id, amount, former))
    return changes, list(faults.values())


def _read(
    typed: MultiDict[str, str], name: str, currency: str, faults: dict[str, Fault]
) -> Money | None:
    try:
        minor = typed_amount(typed.get(name), currency)
    except ValueError:
        told = _("Give an amount such as %(example)s.", example=example(currency))
        faults[name] = {"field": name, "message": told}
        return None
    return None if minor is None else Money(minor, currency)
