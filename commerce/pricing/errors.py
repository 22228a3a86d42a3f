"""What pricing refuses, and what to do about it."""

from commerce.kernel.errors import CommerceError, NotFoundError, SettingsContradictError


class UnknownPriceListError(NotFoundError):
    """The merchant has no such price list."""

    code = "unknown-price-list"
    template = "There is no such price list. It may have been removed; choose another one."


class UnknownVariantError(NotFoundError):
    """A price names a variant that the merchant does not have."""

    code = "unknown-variant"
    template = "%(count)s of the prices name a variant that does not exist. Reload the product."


class PriceListExistsError(CommerceError):
    """The code is taken, or there is a base list already."""

    code = "price-list-exists"
    status = 409
    template = (
        "There is already a price list “%(list_code)s”, or already a base list. Change that one."
    )


class PriceListShapeError(SettingsContradictError):
    """The settings of a price list contradict each other; the problem says which and why."""

    code = "price-list-shape"
    template = "The price list cannot be kept as it is. Correct the marked setting."


class PriceCurrencyError(CommerceError):
    """A price is not in the currency of its list."""

    code = "price-currency"
    template = "This list holds prices in %(wanted)s, not in %(given)s."


class NegativePriceError(CommerceError):
    """A price is below zero."""

    code = "negative-price"
    template = "A price cannot be below zero. For a discount, use a promotion."


class CompareAtTooLowError(CommerceError):
    """The former price is not above the present one."""

    code = "compare-at-too-low"
    template = "The former price must be above the present price. Raise it, or leave it empty."


class NoExchangeRateError(CommerceError):
    """Prices cannot be converted without a rate."""

    code = "no-exchange-rate"
    template = (
        "There is no exchange rate from %(source)s to %(target)s yet. State your own in the "
        "settings, or open a list without converting and set its prices by hand."
    )


class UnknownTaxClassError(CommerceError):
    """A rate names a tax class that nobody has defined."""

    code = "unknown-tax-class"
    template = "There is no tax class “%(tax_class)s”. Define it first."


class TaxRateExistsError(CommerceError):
    """The same rate was stated for the same day before."""

    code = "tax-rate-exists"
    status = 409
    template = (
        "There is already a rate for %(country)s, “%(tax_class)s”, from %(valid_from)s on. "
        "A new rate needs a new first day."
    )


class TaxRateOverlapError(CommerceError):
    """A rate for the same place and class counts on some of the same days."""

    code = "tax-rate-overlap"
    status = 409
    template = (
        "Another rate for %(country)s, “%(tax_class)s”, counts from %(valid_from)s until "
        "%(valid_to)s. End that one first, or choose days that do not overlap."
    )


class TaxRateWithoutEndError(CommerceError):
    """A rate with an end would reach into one that begins before it and has none."""

    code = "tax-rate-without-end"
    status = 409
    template = (
        "Another rate for %(country)s, “%(tax_class)s”, begins on %(valid_from)s. Let this one "
        "end by that day."
    )


class TaxRateEndError(CommerceError):
    """A rate cannot end on this day."""

    code = "tax-rate-end"
    status = 422
    template = (
        "The rate counts from %(valid_from)s. Choose a later day, not after the end that it has."
    )


class TaxSourceError(CommerceError):
    """A rate names no source, or one that cannot be opened."""

    code = "tax-source"
    status = 422
    template = "Say where the rate is written. An address begins with https:// or http://."


class RegionCodeError(CommerceError):
    """A region is not a code of ISO 3166-2."""

    code = "region-code"
    status = 422
    template = "“%(region)s” is not a region. Give its code without the country, such as BC or CA."


class RateValueError(CommerceError):
    """A rate is negative, or finer than can be kept."""

    code = "rate-value"
    template = "“%(rate)s” is not a rate. Give a fraction such as 0.13 for 13 percent."


class ExchangeRateExistsError(CommerceError):
    """The same pair has a rate from the same moment."""

    code = "exchange-rate-exists"
    status = 409
    template = "There is already a rate from %(source)s to %(target)s for this moment."


class ExchangeValueError(CommerceError):
    """An exchange rate is not above zero, or beyond what can be kept."""

    code = "exchange-value"
    template = "“%(rate)s” is not an exchange rate. Give a number above zero, such as 0.1402."


class SameCurrencyError(CommerceError):
    """A currency is to be exchanged for itself."""

    code = "same-currency"
    template = "%(currency)s is exchanged for another currency, not for itself."
