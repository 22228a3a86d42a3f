"""What an import would do, product by product: the preview, and the first half of the import."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue import queries as catalogue
from commerce.catalogue.errors import InvalidProductError
from commerce.catalogue.records import ProductSheet
from commerce.catalogue.soundness import sound
from commerce.imports.category_names import CategoryNames
from commerce.imports.contents import FileProduct, Problem
from commerce.imports.dialects.names import handle_from
from commerce.imports.merging import Merged, merged
from commerce.imports.new_terms import new_terms
from commerce.imports.product_problems import Problems
from commerce.imports.standing import states_of
from commerce.imports.state import ProductState

MOST_ADDRESS = 2_000
"""Characters of a picture's address; longer ones are left out."""

Action = Literal["created", "updated", "returned", "unchanged", "refused"]
"""A product that is returned was archived, as by taking an import back, and comes out again."""

WRITTEN: frozenset[Action] = frozenset({"created", "updated", "returned"})
"""What an import writes."""


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
        self._rows: dict[str, int] = {}
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
        """Return the product that the file speaks of.

        By its address, else by all of its SKUs; where the file has no addresses, the SKUs decide.
        """
        by_handle = owners.by_handle.get(draft.handle)
        by_sku = {owners.by_sku.get(variant.sku) for variant in draft.variants} - {None}
        if not draft.handle_given and any(variant.sku for variant in draft.variants):
            return by_sku.pop() if len(by_sku) == 1 else None
        if by_handle is not None or len(by_sku) != 1:
            return by_handle
        return by_sku.pop()

    def _addressed(self, draft: FileProduct, owners: "_Owners") -> FileProduct:
        """Give a new product whose name is another's too an address of its own, by its SKU."""
        taken = draft.handle in owners.by_handle or draft.handle in self._rows
        sku = next((handle_from(variant.sku) for variant in draft.variants if variant.sku), "")
        if draft.handle_given or not taken or not sku:
            return draft
        return replace(draft, handle=f"{draft.handle}-{sku}")

    def _planned(
        self, draft: FileProduct, owners: "_Owners", known: Mapping[UUID, ProductState]
    ) -> Planned:
        product_id = self._known_id(draft, owners)
        before = known.get(product_id) if product_id else None
        if before is None:
            draft = self._addressed(draft, owners)
        problems = Problems(draft)
        result = merged(
            draft,
            before.sheet if before else None,
            locale=self._terms.locale,
            placed=self.categories.path_of,
        )
        for doubt in result.doubts:
            problems.doubt(doubt)
        sheet = self._sound(result.sheet, result, problems)
        first = self._rows.setdefault(sheet.handle, draft.row)
        if first != draft.row:
            problems.error(
                draft.row,
                "handle",
                "same-product",
                "Row %(first)s speaks of the same product. Put both together.",
                first=first,
            )
        self._check_owners(sheet, result, owners, problems)
        for image in draft.images:
            if len(image.url) > MOST_ADDRESS:
                problems.warn(image.row, "image", "address", "This address is too long.")
        after = ProductState(
            sheet,
            new_terms(
                draft,
                result.variant_of_row,
                sheet=sheet,
                before=before,
                currency=self._terms.currency,
                location_id=self._terms.location_id,
                problems=problems,
            ),
        )
        rows = {draft.row, *(variant.row for variant in draft.variants)}
        if problems.refused or rows & self._faulty_rows:
            return Planned(draft, "refused", before, None, problems.found())
        return Planned(draft, _action(before, after), before, after, problems.found())

    def _sound(self, sheet: ProductSheet, result: Merged, problems: Problems) -> ProductSheet:
        try:
            return sound(sheet)
        except InvalidProductError as error:
            for fault in error.problems:
                problems.fault(fault, sheet, result)
            return sheet

    def _check_owners(
        self, sheet: ProductSheet, result: Merged, owners: "_Owners", problems: Problems
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


@dataclass(frozen=True, slots=True)
class _Owners:
    """Whose the handles, SKUs and barcodes of some products are in the shop."""

    by_handle: Mapping[str, UUID]
    by_sku: Mapping[str, UUID]
    by_gtin: Mapping[str, UUID]


def _action(before: ProductState | None, after: ProductState) -> Action:
    if before is None:
        return "created"
    if before == after:
        return "unchanged"
    hidden = before.sheet.status == "archived" and after.sheet.status != "archived"
    return "returned" if hidden else "updated"


def counted(planned: Iterable[Planned]) -> Counter[str]:
    """Return how many products meet each action."""
    counts = Counter(dict.fromkeys(get_args(Action), 0))
    counts.update(each.action for each in planned)
    return counts
