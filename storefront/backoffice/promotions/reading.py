"""What a promotion's form says, as the draft that the business keeps."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection

from commerce.catalogue.queries import product_ids_by_handle, product_ids_by_sku
from commerce.kernel.channel import Channel
from commerce.pricing.promotions.rows import (
    Amount,
    Bundle,
    BuyGet,
    Conditions,
    Effect,
    Kind,
    Part,
    Percentage,
    PromotionDraft,
    Selection,
    Shipping,
    Stacking,
)
from storefront.backoffice.forms import typed_id
from storefront.backoffice.promotions.fields import (
    MOST_LINES,
    Around,
    told_lines,
    typed_lines,
    typed_tags,
)
from storefront.backoffice.promotions.form import PromotionForm
from storefront.backoffice.speech import gettext as _


def read_draft(
    connection: Connection,
    kind: Kind,
    form: PromotionForm,
    around: Around,
    known: PromotionDraft | None,
) -> PromotionDraft | None:
    """Return what was typed; None with the faults told at their fields."""
    form.validate()
    products = _Products(connection, form, around)
    effect = _effect(kind, form, products)
    goods = products.selection("goods") if "goods_tags" in form else Selection()
    but_not = products.selection("but")
    if form.faults or effect is None:
        return None
    asked = known.conditions if known else Conditions()
    return PromotionDraft(
        name=form["name"].data,
        name_zh=form["name_zh"].data,
        effect=effect,
        # A bundle names its goods part by part; what else narrows it is not on the page and stays.
        goods=known.goods if known and kind is Kind.BUNDLE else goods,
        but_not=but_not,
        conditions=Conditions(
            minimum_quantity=form["minimum_quantity"].data or 0,
            minimum_amounts=_amounts(form, "minimum_amount_"),
            groups=_ids(form["groups"].data),
            channels=frozenset(Channel(each) for each in form["channels"].data or ()),
            countries=frozenset(form["countries"].data or ()),
            valid_from=form["valid_from"].moment(asked.valid_from),
            valid_to=form["valid_to"].moment(asked.valid_to),
        ),
        stacking=Stacking(form["stacking"].data),
        position=form["position"].data,
        needs_code=form["needs_code"].data,
        limit_total=form["limit_total"].data,
        limit_per_customer=form["limit_per_customer"].data,
    )


class _Products:
    """The products that are named line by line in any field of a form, looked up together."""

    def __init__(self, connection: Connection, form: PromotionForm, around: Around) -> None:
        self._form = form
        # One that is gone from the catalogue stands in the form by its id and stays named.
        self._ids = {around.handle(each): each for each in around.named_products}
        asked = {
            spelling
            for field in form
            if field.name.endswith("_products")
            for _number, line in typed_lines(field.data)[:MOST_LINES]
            for spelling in _spellings(line)
        } - self._ids.keys()
        if asked:
            self._ids |= product_ids_by_sku(connection, skus=sorted(asked))
            self._ids |= product_ids_by_handle(connection, handles=sorted(asked))

    def selection(self, prefix: str) -> Selection:
        """Return the goods that the fields of `prefix` name; lines that name nothing are refused."""
        field = self._form[f"{prefix}_products"]
        lines = typed_lines(field.data)
        if len(lines) > MOST_LINES:
            told = _("Name at most %(most)s products; give more of them a tag.", most=MOST_LINES)
            field.errors = [*field.errors, told]
        found = [(self._found(line), at, line) for at, line in lines[:MOST_LINES]]
        unknown = [(at, line) for each, at, line in found if not each]
        if unknown:
            field.errors = [*field.errors, _refused(told_lines(unknown))]
        return Selection(
            products=frozenset(each for each, _at, _line in found if each),
            categories=_ids(self._form[f"{prefix}_categories"].data),
            tags=typed_tags(self._form[f"{prefix}_tags"].data),
        )

    def _found(self, line: str) -> UUID | None:
        return next((self._ids[each] for each in _spellings(line) if each in self._ids), None)


def _spellings(line: str) -> Iterator[str]:
    """Yield how a line may name a product: as it stands, in small letters, as the end of an address."""
    plain = line[:400]
    yield plain
    yield plain.lower()
    yield plain.rstrip("/").rpartition("/")[2].partition("?")[0].lower()


def _refused(lines: str) -> str:
    return _("There is no product with this handle or SKU: %(lines)s.", lines=lines)


def _effect(kind: Kind, form: PromotionForm, products: _Products) -> Effect | None:
    if form.errors and kind is not Kind.BUNDLE:
        # What cannot be read has its sentence already.
        if kind is Kind.BUY_GET:
            products.selection("got")
        return None
    match kind:
        case Kind.PERCENTAGE:
            return Percentage(form["percent"].basis_points())
        case Kind.AMOUNT:
            return Amount(_amounts(form, "effect_amount_"), each=form["each"].data == "each")
        case Kind.SHIPPING:
            return Shipping(form["percent"].basis_points(), _amounts(form, "effect_most_"))
        case Kind.BUY_GET:
            others = products.selection("got")
            return BuyGet(
                form["buy"].data,
                form["get"].data,
                form["percent"].basis_points(),
                others if form["of"].data == "other" else None,
                form["most"].data,
            )
        case Kind.BUNDLE:
            return _bundle(form, products)


def _bundle(form: PromotionForm, products: _Products) -> Bundle | None:
    parts = []
    for name in form.names("part"):
        if not name.endswith("_quantity"):
            continue
        row, units = name.removesuffix("_quantity"), form[name].data
        goods = products.selection(row)
        if units is not None:
            parts.append(Part(goods, units))
        elif not goods.everything and not form[name].errors:
            form[name].errors = [_("Say how many units of these belong to the bundle.")]
    return None if form.faults else Bundle(tuple(parts), _amounts(form, "effect_price_"))


def _amounts(form: PromotionForm, prefix: str) -> Mapping[str, int]:
    typed = {name.removeprefix(prefix): form[name].minor() for name in form.names(prefix)}
    return {currency: amount for currency, amount in typed.items() if amount is not None}


def _ids(texts: Sequence[str] | None) -> frozenset[UUID]:
    return frozenset(found for each in texts or () if (found := typed_id(each)))
