"""What was typed of options and variants: text fields that become a sheet's options and variants."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from werkzeug.datastructures import MultiDict

from commerce.catalogue.records import Option, ProductSheet, VariantSheet
from commerce.kernel.ids import new_id
from storefront.backoffice.forms import Fault
from storefront.backoffice.products.options import typed_options
from storefront.backoffice.products.succession import (
    Choice,
    Question,
    Succession,
    combinations,
    model_of,
    succeed,
    written,
)
from storefront.backoffice.products.variant_rows import NOT_YET
from storefront.backoffice.speech import gettext as _

MOST_MADE = 100
_COUNTRY_LETTERS = 2
_MOST_GRAMS = 1_000_000


@dataclass(frozen=True, slots=True)
class TypedVariants:
    """A sheet with the options and variants that were typed, and what is wrong with them.

    `typed_as` names, for a variant that was made just now from a row of the form, that row's id: its
    prices stand there. `questions` are what the merchant has to say before it can be kept.
    """

    sheet: ProductSheet
    faults: list[Fault] = field(default_factory=list)
    typed_as: Mapping[UUID, UUID] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()


def read_variants(
    sheet: ProductSheet,
    typed: MultiDict[str, str],
    *,
    on_hand: Mapping[UUID, int] | None = None,
    sell_when_out: bool | None = None,
    counted: bool | None = None,
) -> TypedVariants:
    """Return `sheet` with the options and variants that were typed.

    `sell_when_out` and `counted` (whether stock is kept) are for all variants; None changes neither.

    Variants go on through a change of options, see `succession`; `on_hand` says which have stock.
    One that an option calls for begins as the variant that it is taken from: with its prices, its
    weight and its origin, and with its SKU as the beginning of its own.
    """
    faults: list[Fault] = []
    options = tuple(typed_options(typed, sheet)) if "option-0-en" in typed else sheet.options
    rows = [
        _in_terms(_changed(variant, typed, faults), sell_when_out=sell_when_out, counted=counted)
        for variant in sheet.variants
    ]
    choices = combinations(options)
    if len(choices) > MOST_MADE:
        told = _("That would be more than %(most)s variants.", most=MOST_MADE)
        return TypedVariants(sheet, [*faults, {"field": "option-0-values", "message": told}])
    if rows[0].id == NOT_YET:
        return _with_ids(_begun(sheet, options, rows[0], faults))
    outcome = succeed(sheet, options, on_hand=on_hand or {}, typed=typed)
    variants, typed_as = _led_on(sheet, options, rows, outcome, set(typed.getlist("add")))
    removed = set(typed.getlist("remove"))
    left = tuple(each for each in _in_order(variants, typed) if str(each.id) not in removed)
    return TypedVariants(
        replace(sheet, options=options, variants=left or tuple(variants)),
        [*faults, *_unsaid(outcome.questions, typed)],
        typed_as,
        outcome.questions,
    )


def _led_on(
    sheet: ProductSheet,
    options: Sequence[Option],
    rows: Sequence[VariantSheet],
    outcome: Succession,
    added: Collection[str],
) -> tuple[list[VariantSheet], dict[UUID, UUID]]:
    """Return the variants under `options`, and for those just made whose prices they begin with."""
    going_on = {
        outcome.choices[each.id]: replace(each, choice=outcome.choices[each.id])
        for each in rows
        if each.id in outcome.choices
    }
    variants: list[VariantSheet] = []
    typed_as: dict[UUID, UUID] = {}
    for choice in combinations(options):
        like = model_of(choice, sheet.options, options, rows)
        if choice in going_on:
            variants.append(going_on[choice])
        elif like.is_new or written(choice) in added:
            made = _made(sheet, choice, like.variant or rows[0], ends=like.ends)
            variants.append(made)
            if like.variant and like.ends:
                typed_as[made.id] = like.variant.id
    return variants, typed_as


def _begun(
    sheet: ProductSheet, options: tuple[Option, ...], whole: VariantSheet, faults: list[Fault]
) -> TypedVariants:
    """Return a new product: every variant begins as its one row says."""
    if not options:
        return TypedVariants(sheet=replace(sheet, variants=(whole,)), faults=faults)
    choices = combinations(options)
    if whole.gtin and len(choices) > 1:
        told = _("A barcode belongs to one variant. Take it out here; each has a field of its own.")
        faults.append({"field": f"gtin-{whole.id}", "message": told})
    variants = tuple(_made(sheet, choice, whole, ends=choice) for choice in choices)
    if len(variants) == 1:
        variants = (replace(variants[0], gtin=whole.gtin),)
    read = replace(sheet, options=options, variants=variants)
    return TypedVariants(read, faults, {each.id: whole.id for each in variants})


def _unsaid(questions: Sequence[Question], typed: MultiDict[str, str]) -> list[Fault]:
    """Return what is wrong with the answers: nothing said yet, or two variants made one."""
    unsaid = _("Say what this becomes. It has stock, and its number stays with the goods.")
    twice = _(
        "Two variants with stock cannot become the same. Choose another, or stop selling one."
    )
    return [
        {"field": each.name, "message": twice if each.twice else unsaid}
        for each in questions
        if each.twice or not typed.get(each.name)
    ]


def _with_ids(read: TypedVariants) -> TypedVariants:
    """Give the variant that has no id yet one of its own."""
    new = {variant.id: new_id() for variant in read.sheet.variants if variant.id == NOT_YET}
    variants = tuple(
        replace(variant, id=new.get(variant.id, variant.id)) for variant in read.sheet.variants
    )
    typed_as = {**read.typed_as, **dict.fromkeys(new.values(), NOT_YET)}
    return replace(read, sheet=replace(read.sheet, variants=variants), typed_as=typed_as)


def _in_order(variants: list[VariantSheet], typed: MultiDict[str, str]) -> list[VariantSheet]:
    """Return variants by the places that were typed; new ones, and what is no number, come last."""

    def place(variant: VariantSheet) -> float:
        number = typed.get(f"place-{variant.id}", "").strip()
        return int(number) if number.isascii() and number.isdigit() else float("inf")

    return sorted(variants, key=place)


def _in_terms(
    variant: VariantSheet, *, sell_when_out: bool | None, counted: bool | None
) -> VariantSheet:
    if sell_when_out is not None:
        variant = replace(variant, sell_when_out=sell_when_out)
    return variant if counted is None else replace(variant, stock_tracked=counted)


def _changed(
    variant: VariantSheet, typed: MultiDict[str, str], faults: list[Fault]
) -> VariantSheet:
    if f"sku-{variant.id}" not in typed:
        return variant
    grams = typed.get(f"grams-{variant.id}", "").strip() or "0"
    origin = typed.get(f"origin-{variant.id}", "").strip().upper()
    if not (grams.isascii() and grams.isdigit() and int(grams) <= _MOST_GRAMS):
        told = _("Give the weight in whole grams.")
        faults.append({"field": f"grams-{variant.id}", "message": told})
        grams = "0"
    if origin and not (len(origin) == _COUNTRY_LETTERS and origin.isascii() and origin.isalpha()):
        told = _("Give the country as two letters, such as CN.")
        faults.append({"field": f"origin-{variant.id}", "message": told})
        origin = ""
    return replace(
        variant,
        sku=typed[f"sku-{variant.id}"].strip(),
        gtin=typed.get(f"gtin-{variant.id}", "").strip() or None,
        weight_grams=int(grams),
        origin_country=origin or None,
    )


def _made(sheet: ProductSheet, choice: Choice, like: VariantSheet, *, ends: Choice) -> VariantSheet:
    """Make a variant that the options call for, with a SKU that can be changed later.

    It begins as the variant `like`; `ends` are the values that make it another one, none when it
    stands beside it.
    """
    begins = like.sku if ends and like.sku else sheet.handle.upper()
    words = [word.replace(" ", "").upper() for word in ends or choice]
    sku = "-".join([begins, *words])[:200]
    return replace(like, id=new_id(), sku=sku, choice=choice, gtin=None)
