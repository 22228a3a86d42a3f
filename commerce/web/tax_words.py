"""Which tax a price holds, so that the page of a product, the cart, the order and its letter say alike."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from commerce.pricing.taxation import TaxGround

IMPORT = "import"
"""The component of rates that are charged at the border, such as China's retail import tax."""


class TaxTerm(StrEnum):
    """What is said of the tax of a sale."""

    INCLUDED = "included"
    IMPORT_INCLUDED = "import-included"
    MAY_BE_ASKED = "may-be-asked"
    """The sale is an export; the country of arrival may tax it."""
    NONE = "none"


def tax_term(reasons: Iterable[Mapping[str, Any]]) -> TaxTerm:
    """Return what to say of lines with these reasons, as `TaxReason.facts` writes them.

    Several kinds of tax in one sale are told as taxes, without naming one.
    """
    told = [each for each in reasons if each.get("kind") == "tax"]
    charged = [each for each in told if each.get("ground") == TaxGround.CHARGED]
    if charged:
        imported = all(each.get("component") == IMPORT for each in charged)
        return TaxTerm.IMPORT_INCLUDED if imported else TaxTerm.INCLUDED
    exported = any(each.get("ground") == TaxGround.EXPORT for each in told)
    return TaxTerm.MAY_BE_ASKED if exported else TaxTerm.NONE
