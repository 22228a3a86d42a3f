"""Fields that promotions ask for: shares in percent, moments in the shop's own time, lists of goods."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wtforms import StringField

from commerce.catalogue.records import CategoryEntry
from commerce.customers.rows import GroupRow
from commerce.pricing.promotions.rows import (
    WHOLE,
    Bundle,
    BuyGet,
    PromotionDraft,
    Selection,
)
from storefront.backoffice.forms import FieldFault, typed_number
from storefront.backoffice.products.categories import called
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import in_language

MOST_LINES = 1000
"""Products that a form names one by one; more of them have a tag or a category."""

_COMMAS = re.compile(r"[,，、;；\n]")
_HUNDRED = WHOLE // 100
_MOST_TOLD = 5


class PercentField(StringField):  # type: ignore[misc]  # WTForms has no types
    """A share as people type it, 10 or 12.5; `basis_points` is what it comes to."""

    def basis_points(self) -> int:
        """Return the share in basis points, 0 when nothing was typed.

        Raises:
            ValueError: it is no share, or one finer than a hundredth of a percent.
        """
        number = typed_number((self.data or "").strip().removesuffix("%"))
        points = (number or 0) * _HUNDRED
        if points != int(points) or points > WHOLE:
            raise ValueError(self.data)
        return int(points)

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is no share."""
        try:
            self.basis_points()
        except ValueError as fault:
            raise FieldFault(_("Give a percentage such as 10 or 12.5, and 100 at most.")) from fault


@dataclass(frozen=True, slots=True)
class Around:
    """What a promotion's form offers: the shop's currencies, its categories, its customer groups."""

    currencies: tuple[str, ...]
    categories: tuple[CategoryEntry, ...]
    groups: tuple[GroupRow, ...]
    products: Mapping[UUID, tuple[str, str]]
    """Handle and name of those that the promotion names already and that still are there."""
    named_products: frozenset[UUID] = frozenset()

    def category_pairs(self, kept: Sequence[UUID] = ()) -> list[tuple[str, str]]:
        """Return the tree as choices; `kept` are still named although they are gone."""
        known = {each.id for each in self.categories}
        return [
            *(
                (str(each.id), "– " * each.path.count("/") + called(each))
                for each in self.categories
            ),
            *((str(each), _("removed category")) for each in kept if each not in known),
        ]

    def group_pairs(self, kept: Sequence[UUID] = ()) -> list[tuple[str, str]]:
        """Return the groups as choices; `kept` are still named although they are gone."""
        known = {each.id for each in self.groups}
        return [
            *((str(each.id), in_language(each.name, each.name_zh)) for each in self.groups),
            *((str(each), _("removed group")) for each in kept if each not in known),
        ]

    def names_of(self, lines: str | None) -> list[str]:
        """Return what the products are called that the lines name by the handles of today."""
        named = {line for _number, line in typed_lines(lines)}
        return [name for handle, name in self.products.values() if handle in named]

    def handle(self, product_id: UUID) -> str:
        """Return how a form names a product: its handle, or the id of one that is gone."""
        return self.products.get(product_id, (str(product_id), ""))[0]


def typed_tags(words: str | None) -> frozenset[str]:
    """Return the tags that were typed, parted by commas of either script."""
    return frozenset(tag for each in _COMMAS.split(words or "") if (tag := " ".join(each.split())))


def typed_lines(words: str | None) -> list[tuple[int, str]]:
    """Return the lines that say something, with their numbers as they were typed."""
    lines = enumerate((words or "").replace("\x00", "").splitlines(), 1)
    return [(number, line.strip()) for number, line in lines if line.strip()]


def told_lines(unknown: Sequence[tuple[int, str]]) -> str:
    """Return the first few of the lines that name nothing, and how many more there are."""
    told = [
        _("line %(number)s, “%(words)s”", number=at, words=line[:60])
        for at, line in unknown[:_MOST_TOLD]
    ]
    if len(unknown) > len(told):
        told.append(_("and %(count)s more", count=len(unknown) - len(told)))
    return _("; ").join(told)


def selections_of(draft: PromotionDraft) -> Iterator[Selection]:
    """Yield every set of goods that a promotion names."""
    yield draft.goods
    yield draft.but_not
    if isinstance(draft.effect, Bundle):
        yield from (part.goods for part in draft.effect.parts)
    if isinstance(draft.effect, BuyGet) and draft.effect.goods is not None:
        yield draft.effect.goods
