"""What an import would do, product by product: the preview, and the first half of the import."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue import queries as catalogue
from commerce.catalogue.errors import InvalidProductError
from commerce.catalogue.records import ProductSheet
from commerce.catalogue.soundness import sound
from commerce.imports.category_names import CategoryNames
from commerce.imports.contents import (
    ABSENT,
    Absent,
    FileProduct,
    FileVariant,
    Problem,
)
from commerce.imports.merging import Merged, merged
from commerce.imports.standing import states_of
from commerce.imports.state import ProductState, Terms
from commerce.kernel.errors import FieldProblem
from commerce.kernel.money import Money

MOST_ADDRESS = 2_000
"""Characters of a picture's address; longer ones are left out."""

Action = Literal["created", "updated", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class ImportTerms:
    """For whom and how a file is read."""

    merchant_id: UUID
    currency: str
    """Of the prices in the file: the merchant's own."""
    locale: str
    """In which the file is written."""
    location_id: UUID | None
    """Where its quantities lie; None leaves stock alone."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One product of the file: what it is, what it would become, and what is wrong with it."""

    draft: FileProduct
    action: Action
    before: ProductState | None
    after: ProductState | None
    """None when it is refused."""
    problems: tuple[Problem, ...]


class Planner:
    """Plans the products of one file, which must not contradict each other."""

    def __init__(
        self, connection: Connection, terms: ImportTerms, *, faulty_rows: frozenset[int]
    ) -> None:
        self._connection = connection
        self._terms = terms
        self._faulty_rows = faulty_rows
        self._skus: dict[str, str] = {}
        self._gtins: dict[str, str] = {}
        self.categories = CategoryNames(connection)

    def on(self, connection: Connection) -> "Planner":
        """Go on in another transaction, knowing what the file has said so far."""
        self._connection = connection
        return self

    def plan(self, drafts: Sequence[FileProduct]) -> list[Planned]:
        """Return what would become of each product, with a handful of queries for all of them."""
        owners = self._owners(drafts)
        ids = {each for each in (self._known_id(draft, owners) for draft in drafts) if each}
        known = states_of(
            self._connection, product_ids=sorted(ids), location_id=self._terms.location_id
        )
        return [self._planned(draft, owners, known) for draft in drafts]

    def _owners(self, drafts: Sequence[FileProduct]) -> "_Owners":
        variants = [variant for draft in drafts for variant in draft.variants]
        gtins = [v.gtin.lstrip("'") for v in variants if isinstance(v.gtin, str)]
        return _Owners(
            by_handle=catalogue.product_ids_by_handle(
                self._connection, handles=[draft.handle for draft in drafts]
            ),
            by_sku=catalogue.product_ids_by_sku(
                self._connection, skus=[variant.sku for variant in variants if variant.sku]
            ),
            by_gtin=catalogue.product_ids_by_gtin(self._connection, gtins=gtins),
        )

    def _known_id(self, draft: FileProduct, owners: "_Owners") -> UUID | None:
        """Return the product that the file speaks of: by handle, else by all of its SKUs."""
        by_handle = owners.by_handle.get(draft.handle)
        by_sku = {owners.by_sku.get(variant.sku) for variant in draft.variants} - {None}
        if by_handle is not None or len(by_sku) != 1:
            return by_handle
        return by_sku.pop()

    def _planned(
        self, draft: FileProduct, owners: "_Owners", known: Mapping[UUID, ProductState]
    ) -> Planned:
        product_id = self._known_id(draft, owners)
        before = known.get(product_id) if product_id else None
        problems = _Problems(draft)
        result = merged(
            draft,
            before.sheet if before else None,
            locale=self._terms.locale,
            placed=self.categories.path_of,
        )
        sheet = self._sound(result.sheet, result, problems)
        self._check_owners(sheet, result, owners, problems)
        for image in draft.images:
            if len(image.url) > MOST_ADDRESS:
                problems.warn(image.row, "image", "address", "This address is too long.")
        after = ProductState(sheet, self._new_terms(draft, sheet, result, before, problems))
        rows = {draft.row, *(variant.row for variant in draft.variants)}
        if problems.refused or rows & self._faulty_rows:
            return Planned(draft, "refused", before, None, problems.found())
        action: Action = (
            "created" if before is None else "unchanged" if before == after else "updated"
        )
        return Planned(draft, action, before, after, problems.found())

    def _sound(self, sheet: ProductSheet, result: Merged, problems: "_Problems") -> ProductSheet:
        try:
            return sound(sheet)
        except InvalidProductError as error:
            for fault in error.problems:
                problems.fault(fault, sheet, result)
            return sheet

    def _check_owners(
        self, sheet: ProductSheet, result: Merged, owners: "_Owners", problems: "_Problems"
    ) -> None:
        """Refuse SKUs and barcodes of other products, in the shop and in the file."""
        row_of = {variant_id: row for row, variant_id in result.variant_of_row.items()}
        for variant in sheet.variants:
            row = row_of.get(variant.id)
            if row is None:
                continue
            for field, code, owner, seen in (
                ("sku", variant.sku, owners.by_sku, self._skus),
                ("gtin", variant.gtin, owners.by_gtin, self._gtins),
            ):
                if code is None:
                    continue
                first = seen.setdefault(code, sheet.handle)
                if first != sheet.handle or owner.get(code, sheet.id) != sheet.id:
                    problems.error(
                        row,
                        field,
                        f"{field}-taken",
                        "“%(given)s” belongs to another product. Each code names one variant.",
                        given=code,
                    )

    def _new_terms(
        self,
        draft: FileProduct,
        sheet: ProductSheet,
        result: Merged,
        before: ProductState | None,
        problems: "_Problems",
    ) -> dict[UUID, Terms]:
        rows = {result.variant_of_row[row.row]: row for row in _rows(draft, result)}
        terms: dict[UUID, Terms] = {}
        for variant in sheet.variants:
            old = before.terms_of(variant.id) if before else Terms()
            row = rows.get(variant.id)
            terms[variant.id] = self._terms_after(row, old, problems) if row else old
        return terms

    def _terms_after(self, row: FileVariant, old: Terms, problems: "_Problems") -> Terms:
        price = self._money(row, row.price, old.price, "price", problems)
        compare_at = self._money(row, row.compare_at, old.compare_at, "compare_at", problems)
        if price is None:
            problems.warn(row.row, "price", "no-price", "Without a price it cannot be sold.")
            compare_at = None
        elif compare_at is not None and compare_at <= price:
            if row.compare_at is not ABSENT:
                problems.warn(
                    row.row,
                    "compare_at",
                    "compare-at",
                    "The former price is not above the present one and is left out.",
                )
            compare_at = None
        return Terms(price, compare_at, self._quantity(row, old, problems))

    def _money(
        self,
        row: FileVariant,
        given: Decimal | Absent | None,
        old: Money | None,
        field: str,
        problems: "_Problems",
    ) -> Money | None:
        if isinstance(given, Absent):
            return old
        if given is None:
            return None
        try:
            return Money.of(given, self._terms.currency)
        except ValueError:
            problems.error(
                row.row,
                field,
                "decimals",
                "%(amount)s has more decimals than %(currency)s has.",
                amount=given,
                currency=self._terms.currency,
            )
            return None

    def _quantity(self, row: FileVariant, old: Terms, problems: "_Problems") -> int | None:
        if self._terms.location_id is None or isinstance(row.quantity, Absent):
            return old.on_hand
        if row.quantity is None:
            return old.on_hand
        if row.quantity < 0:
            problems.warn(
                row.row, "quantity", "negative", "Stock below zero is taken as none: 0 units."
            )
        return max(0, row.quantity)


@dataclass(frozen=True, slots=True)
class _Owners:
    """Whose the handles, SKUs and barcodes of some products are in the shop."""

    by_handle: Mapping[str, UUID]
    by_sku: Mapping[str, UUID]
    by_gtin: Mapping[str, UUID]


class _Problems:
    """Collects what is wrong with one product, with rows and columns."""

    def __init__(self, draft: FileProduct) -> None:
        self._draft = draft
        self._found: list[Problem] = []
        self.refused = False

    def error(self, row: int, field: str, code: str, template: str, **params: Any) -> None:
        self.refused = True
        column = self._draft.columns.get(field, "")
        self._found.append(Problem("error", row, column, code, template, params))

    def warn(self, row: int, field: str, code: str, template: str) -> None:
        column = self._draft.columns.get(field, "")
        self._found.append(Problem("warning", row, column, code, template, {}))

    def fault(self, fault: FieldProblem, sheet: ProductSheet, result: Merged) -> None:
        """Translate a fault of the sheet into the row and column that caused it."""
        parts = fault.pointer.strip("/").split("/")
        row, field = self._draft.row, parts[-1] if parts[0] == "words" else parts[0]
        if parts[0] == "variants":
            field = "choice"
            if len(parts) > 2:  # noqa: PLR2004 - /variants/0/sku
                field = parts[2]
                variant_id = sheet.variants[int(parts[1])].id
                rows = {each: at for at, each in result.variant_of_row.items()}
                row = rows.get(variant_id, row)
        self.error(row, field, fault.code, fault.template, **fault.params)

    def found(self) -> tuple[Problem, ...]:
        return tuple(self._found)


def _rows(draft: FileProduct, result: Merged) -> Iterable[FileVariant]:
    return (row for row in draft.variants if row.row in result.variant_of_row)


def counted(planned: Iterable[Planned]) -> Counter[str]:
    """Return how many products are created, updated, unchanged and refused."""
    counts = Counter({"created": 0, "updated": 0, "unchanged": 0, "refused": 0})
    counts.update(each.action for each in planned)
    return counts
