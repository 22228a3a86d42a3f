"""Which variant of the shop each row of a file speaks of. Pure.

A row's SKU comes first, then what it chooses. A file may order the options anew, and may add some:
a variant is then known by what it chooses of the others, so that its stock, its promises and its id
stay with it. Where two rows could go on with one variant nobody guesses: its SKU has to say which.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from commerce.catalogue.records import Option, ProductSheet, VariantSheet
from commerce.imports.contents import Absent, FileProduct, FileVariant

Choice = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the file leaves open: an error at `row`, in the column of the option at `option`."""

    row: int
    option: int
    code: str
    template: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Matches:
    """The variants of the shop as the file finds them."""

    of_row: Mapping[int, VariantSheet] = field(default_factory=dict)
    """Those that rows speak of, by the number of the row; a row that is missing is a new one."""
    staying: tuple[VariantSheet, ...] = ()
    """Those that no row speaks of and that stay, with a choice of every option."""
    doubts: tuple[Doubt, ...] = ()


def matched(
    draft: FileProduct,
    known: ProductSheet | None,
    *,
    options: Sequence[Option],
    choices: Mapping[int, Choice],
) -> Matches:
    """Return which of the `known` variants the rows speak of; `choices` are theirs of `options`."""
    return _Matching(draft, known, options, choices).matches() if known else Matches()


class _Matching:
    """Matches the rows of one product."""

    def __init__(
        self,
        draft: FileProduct,
        known: ProductSheet,
        options: Sequence[Option],
        choices: Mapping[int, Choice],
    ) -> None:
        self._draft = draft
        self._known = known.variants
        self._options = options
        self._choices = choices
        self._places = _places(known.options, options)
        self._of_row: dict[int, VariantSheet] = {}
        self._doubts: list[Doubt] = []

    def matches(self) -> Matches:
        self._match_skus()
        if not isinstance(self._draft.option_names, Absent):
            self._match_choices()
        elif len(self._known) == 1 and not self._of_row and self._draft.variants:
            # Without options in the file, a row without SKU can only mean the only variant.
            self._of_row[self._draft.variants[0].row] = self._known[0]
        staying = tuple(self._staying()) if not self._doubts else ()
        return Matches(self._of_row, staying, tuple(self._doubts))

    def _match_skus(self) -> None:
        by_sku = {variant.sku: variant for variant in self._known}
        for row in self._draft.variants:
            found = by_sku.pop(row.sku, None) if row.sku else None
            if found is not None:
                self._of_row[row.row] = found

    def _match_choices(self) -> None:
        """Match what is left by what it chooses of the options that the shop knows already."""
        if self._places is None:
            return
        rows: dict[Choice, list[FileVariant]] = defaultdict(list)
        for row in self._draft.variants:
            if row.row not in self._of_row:
                rows[self._shared(self._choices[row.row])].append(row)
        for variant in self._left():
            alike = rows.get(self._shared(self._carried(variant, {})), [])
            if len(alike) > 1 and None in self._places:
                self._doubts.extend(self._which(row, variant) for row in alike)
            elif alike:
                self._of_row[alike[0].row] = variant

    def _left(self) -> list[VariantSheet]:
        taken = {variant.id for variant in self._of_row.values()}
        return [variant for variant in self._known if variant.id not in taken]

    def _staying(self) -> Iterator[VariantSheet]:
        """Give the variants that no row speaks of, as far as their choices still exist."""
        if self._places is None:
            return
        added = {
            at: self._value_added(at) for at, place in enumerate(self._places) if place is None
        }
        for variant in self._left():
            missing = next((at for at, value in added.items() if value is None), None)
            if missing is not None:
                self._doubts.append(self._what(variant, missing))
                continue
            filled = {at: value for at, value in added.items() if value is not None}
            choice = self._carried(variant, filled)
            if all(
                any(value.key == key for value in option.values)
                for key, option in zip(choice, self._options, strict=True)
            ):
                yield replace(variant, choice=choice)

    def _value_added(self, at: int) -> str | None:
        """Return the one value of an added option that the known variants have; None when unsure."""
        rows = self._of_row or self._choices
        values = {self._choices[row][at] for row in rows}
        return values.pop() if len(values) == 1 else None

    def _carried(self, variant: VariantSheet, added: Mapping[int, str]) -> Choice:
        """Return what a variant chooses of the file's options."""
        return tuple(
            added.get(at, "") if place is None else variant.choice[place]
            for at, place in enumerate(self._places or ())
        )

    def _shared(self, choice: Choice) -> Choice:
        """Return what is chosen of the options that the shop knows already."""
        places = enumerate(self._places or ())
        return tuple(choice[at] for at, place in places if place is not None)

    def _which(self, row: FileVariant, variant: VariantSheet) -> Doubt:
        return Doubt(
            row.row,
            (self._places or ()).index(None),
            "which-variant",
            "Several rows could be “%(sku)s” of the shop, which has no such option yet. Write its "
            "SKU into the one row that keeps its stock and its orders.",
            {"sku": variant.sku},
        )

    def _what(self, variant: VariantSheet, at: int) -> Doubt:
        return Doubt(
            self._draft.row,
            at,
            "which-value",
            "The shop also has “%(sku)s”, and the file does not say its “%(option)s”. Add a row "
            "with this SKU.",
            {"sku": variant.sku, "option": self._draft_name(at)},
        )

    def _draft_name(self, at: int) -> str:
        names = self._draft.option_names
        return "" if isinstance(names, Absent) else names[at]


def _places(before: Sequence[Option], after: Sequence[Option]) -> tuple[int | None, ...] | None:
    """Return where each of the options stood before: None for one that is new.

    None altogether where the file lacks an option of the shop: nothing can be known by choices
    then, unless options were only renamed, which leaves their number and their order.
    """
    at = {option.key: place for place, option in enumerate(before)}
    if at.keys() <= {option.key for option in after}:
        return tuple(at.get(option.key) for option in after)
    return tuple(range(len(before))) if len(before) == len(after) else None
