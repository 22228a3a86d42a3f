"""A promotion in one sentence: what it takes off, of what, and on which conditions."""

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce

from commerce.kernel.clock import utc_now
from commerce.kernel.money import Money
from commerce.pricing.promotions.rows import (
    WHOLE,
    Amount,
    Bundle,
    BuyGet,
    Conditions,
    Kind,
    Percentage,
    PromotionCard,
    PromotionDraft,
    Selection,
    Shipping,
    Stacking,
)
from commerce.web.formats import money, number
from storefront.backoffice.products.categories import called
from storefront.backoffice.promotions.fields import Around
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.words import Label, channel_name, country_name, in_language, when

_MOST_NAMED = 3
_PER_PERCENT = WHOLE // 100


def kind_name(kind: Kind) -> str:
    """Return what the desk calls a kind of promotion."""
    return {
        Kind.PERCENTAGE: _("Percentage off"),
        Kind.AMOUNT: _("Amount off"),
        Kind.BUNDLE: _("Bundle price"),
        Kind.BUY_GET: _("Buy some, get some for less"),
        Kind.SHIPPING: _("Cheaper delivery"),
    }[kind]


def kind_example(kind: Kind) -> str:
    """Return what a kind is good for, by an example."""
    return {
        Kind.PERCENTAGE: _("10% off all tea for a week, or off everything for the club."),
        Kind.AMOUNT: _("¥50 off a cart from ¥300, or ¥5 off each cup."),
        Kind.BUNDLE: _("A pot and two cups together for ¥398."),
        Kind.BUY_GET: _("Three for two, or a second tin for half the price."),
        Kind.SHIPPING: _("Free delivery from ¥299, or half of it, at most ¥20."),
    }[kind]


def state(card: PromotionCard) -> tuple[Label, str]:
    """Return where a promotion stands, and since or until when."""
    asked, now = card.draft.conditions, utc_now()
    if card.switched_off_at is not None:
        return Label(_("Switched off")), _("since %(moment)s", moment=when(card.switched_off_at))
    if asked.valid_to is not None and asked.valid_to <= now:
        return Label(_("Over")), _("since %(moment)s", moment=when(asked.valid_to))
    if asked.valid_from is not None and asked.valid_from > now:
        return Label(_("Planned"), "wait"), _("from %(moment)s", moment=when(asked.valid_from))
    if card.draft.limit_total is not None and card.used >= card.draft.limit_total:
        return Label(_("Used up"), "wait"), ""
    until = _("until %(moment)s", moment=when(asked.valid_to)) if asked.valid_to else ""
    return Label(_("Running"), "good"), until


def in_a_sentence(draft: PromotionDraft, around: Around) -> str:
    """Return what a promotion does, such as `10% off Tea, from ¥300, with a code`."""
    told = [_off(draft, around), *_conditions(draft, around)]
    if draft.needs_code:
        told.append(_("with a code"))
    if draft.stacking is Stacking.EXCLUSIVE:
        told.append(_("never beside others"))
    return _joined(told)


def _off(draft: PromotionDraft, around: Around) -> str:
    goods = _goods(draft.goods, around)
    match draft.effect:
        case Percentage(basis_points):
            return _("%(share)s off %(goods)s", share=_share(basis_points), goods=goods)
        case Amount(amounts, each):
            facts = {"amount": _money(amounts), "goods": goods}
            if each:
                return _("%(amount)s off each unit of %(goods)s", **facts)
            return _("%(amount)s off %(goods)s together", **facts)
        case Bundle() as bundle:
            return _bundle(bundle, around)
        case BuyGet() as offer:
            return _buy_get(offer, goods, around)
        case Shipping() as delivery:
            return _delivery(delivery, draft.goods, goods)


def _bundle(bundle: Bundle, around: Around) -> str:
    parts = [
        _("%(units)s × %(goods)s", units=part.quantity, goods=_goods(part.goods, around))
        for part in bundle.parts
    ]
    return _("%(parts)s for %(price)s", parts=" + ".join(parts), price=_money(bundle.prices))


def _buy_get(offer: BuyGet, goods: str, around: Around) -> str:
    facts = {
        "goods": goods,
        "buy": offer.buy,
        "get": offer.get,
        "share": _share(offer.basis_points),
    }
    free = offer.basis_points == WHOLE
    if offer.goods is None:
        told = (
            _("of %(goods)s buy %(buy)s and get %(get)s more free", **facts)
            if free
            else _("of %(goods)s buy %(buy)s and get %(get)s more for %(share)s less", **facts)
        )
    else:
        facts["others"] = _goods(offer.goods, around)
        told = (
            _("buy %(buy)s of %(goods)s and get %(get)s of %(others)s free", **facts)
            if free
            else _(
                "buy %(buy)s of %(goods)s and get %(get)s of %(others)s for %(share)s less", **facts
            )
        )
    told = told[:1].upper() + told[1:]
    if offer.most is None:
        return told
    often = ngettext(
        "at most %(num)d time in an order", "at most %(num)d times in an order", offer.most
    )
    return _joined([told, often])


def _delivery(delivery: Shipping, selection: Selection, goods: str) -> str:
    free = delivery.basis_points == WHOLE
    told = (
        _("Free delivery")
        if free
        else _("%(share)s off delivery", share=_share(delivery.basis_points))
    )
    said = [told]
    if delivery.at_most:
        said.append(_("at most %(amount)s", amount=_money(delivery.at_most)))
    if not selection.everything:
        said.append(_("with %(goods)s in the cart", goods=goods))
    return _joined(said)


def _conditions(draft: PromotionDraft, around: Around) -> Iterator[str]:
    asked = draft.conditions
    if not draft.but_not.everything:
        yield _("but not %(goods)s", goods=_goods(draft.but_not, around))
    if asked.minimum_quantity:
        yield ngettext("from %(num)d unit", "from %(num)d units", asked.minimum_quantity)
    if asked.minimum_amounts:
        yield _("from %(amount)s", amount=_money(asked.minimum_amounts))
    yield from _places(asked, around)


def _places(asked: Conditions, around: Around) -> Iterator[str]:
    if asked.groups:
        names = {each.id: in_language(each.name, each.name_zh) for each in around.groups}
        known = [names.get(each, _("removed group")) for each in sorted(asked.groups)]
        yield _("for %(groups)s", groups=_some(known))
    if asked.channels:
        yield _(
            "at %(counters)s",
            counters=_some([channel_name(each) for each in sorted(asked.channels)]),
        )
    if asked.countries:
        lands = [country_name(each) for each in sorted(asked.countries)]
        yield _("to %(countries)s", countries=_some(lands))


def _goods(goods: Selection, around: Around) -> str:
    if goods.everything:
        return _("everything")
    shelves = {each.id: called(each) for each in around.categories}
    names = [
        *(shelves.get(each, _("removed category")) for each in sorted(goods.categories)),
        *(_("goods with the tag %(tag)s", tag=each) for each in sorted(goods.tags)),
        *sorted(
            around.products.get(each, ("", _("removed product")))[1] for each in goods.products
        ),
    ]
    return _some(names)


def _joined(told: Iterable[str]) -> str:
    return reduce(lambda said, more: _("%(told)s, %(more)s", told=said, more=more), told)


def _some(names: list[str]) -> str:
    """Return a few names, and how many more there are."""
    rest = len(names) - _MOST_NAMED
    if rest > 0:
        more = _("%(count)s more", count=rest)
        return _("%(names)s and %(more)s", names=_listed(names[:_MOST_NAMED]), more=more)
    return _listed(names)


def _listed(names: Iterable[str]) -> str:
    return " / ".join(names)


def _money(amounts: Mapping[str, int]) -> str:
    return " / ".join(money(Money(minor, currency)) for currency, minor in amounts.items())


def _share(basis_points: int) -> str:
    return f"{number(basis_points / _PER_PERCENT)}%"
