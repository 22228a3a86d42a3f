"""What variants cost and how many lie at the import's place, once a file has had its say. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from commerce.catalogue.records import ProductSheet, VariantSheet
from commerce.imports.contents import ABSENT, Absent, FileProduct, FileVariant
from commerce.imports.product_problems import Problems
from commerce.imports.state import ProductState, Terms
from commerce.kernel.money import Money


def new_terms(
    draft: FileProduct,
    variant_of_row: Mapping[int, UUID],
    *,
    sheet: ProductSheet,
    before: ProductState | None,
    currency: str,
    location_id: UUID | None,
    problems: Problems,
) -> dict[UUID, Terms]:
    """Return the terms of each variant of `sheet`, the product as it would become.

    A quantity counts only where stock is counted: a variant that is sold without limit keeps no
    number. None in a place where it never lay leaves it so: it may well lie elsewhere.
    """
    rows = {variant_of_row[row.row]: row for row in draft.variants if row.row in variant_of_row}
    reader = _Terms(currency, location_id, problems)
    counted = {each.id for each in before.sheet.variants if each.stock_tracked} if before else set()
    terms: dict[UUID, Terms] = {}
    for variant in sheet.variants:
        old = before.terms_of(variant.id) if before else Terms()
        row = rows.get(variant.id)
        terms[variant.id] = (
            reader.after(row, variant, old, was_counted=variant.id in counted) if row else old
        )
    return terms


@dataclass(frozen=True, slots=True)
class _Terms:
    """Reads the terms of single rows."""

    currency: str
    location_id: UUID | None
    problems: Problems

    def after(
        self, row: FileVariant, variant: VariantSheet, old: Terms, *, was_counted: bool
    ) -> Terms:
        price, compare_at = self._prices(row, old)
        on_hand = self._on_hand(row, variant, old)
        if not on_hand and old.on_hand is None and was_counted:
            on_hand = None
        return Terms(price, compare_at, on_hand)

    def _prices(self, row: FileVariant, old: Terms) -> tuple[Money | None, Money | None]:
        price = self._money(row, row.price, old.price, "price")
        compare_at = self._money(row, row.compare_at, old.compare_at, "compare_at")
        if price is None:
            self.problems.warn(row.row, "price", "no-price", "Without a price it cannot be sold.")
            compare_at = None
        elif compare_at is not None and compare_at <= price:
            if row.compare_at is not ABSENT:
                self.problems.warn(
                    row.row,
                    "compare_at",
                    "compare-at",
                    "The former price is not above the present one and is left out.",
                )
            compare_at = None
        return price, compare_at

    def _money(
        self, row: FileVariant, given: Decimal | Absent | None, old: Money | None, field: str
    ) -> Money | None:
        if isinstance(given, Absent):
            return old
        if given is None:
            return None
        try:
            return Money.of(given, self.currency)
        except ValueError:
            self.problems.error(
                row.row,
                field,
                "decimals",
                "%(amount)s has more decimals than %(currency)s has.",
                amount=given,
                currency=self.currency,
            )
            return None

    def _on_hand(self, row: FileVariant, variant: VariantSheet, old: Terms) -> int | None:
        if self.location_id is None or not isinstance(row.quantity, int):
            return old.on_hand
        if not variant.stock_tracked:
            if isinstance(row.stock_tracked, Absent):
                self.problems.warn(
                    row.row,
                    "quantity",
                    "uncounted",
                    "Its stock is not counted here, so this quantity is left aside.",
                )
            return old.on_hand
        if row.quantity < 0 and old.on_hand:
            self.problems.warn(
                row.row,
                "quantity",
                "negative",
                "Stock below zero is taken as none: %(units)s units on the books become 0.",
                units=old.on_hand,
            )
        elif row.quantity < 0:
            self.problems.warn(
                row.row, "quantity", "negative", "Stock below zero is taken as none: 0 units."
            )
        return max(0, row.quantity)
