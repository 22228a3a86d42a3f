"""Filling up: when a place is to be filled up and from where, and what that proposes today."""

from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from wtforms import HiddenField

from commerce.inventory.queries import (
    last_costs,
    reorder_proposals,
    reorder_rules,
    suppliers,
)
from commerce.inventory.rows import AcceptedProposal, ReorderRuleRow
from commerce.inventory.service import accept_proposals, drop_reorder_rule, set_reorder_rule
from commerce.kernel.errors import CommerceError
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, link, moved
from storefront.backoffice.forms import (
    AmountField,
    DeskForm,
    Fault,
    IntegerField,
    SelectField,
    needed,
    sent,
    typed_form,
    typed_id,
    within,
)
from storefront.backoffice.once import is_first, named_wish
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.stockroom.frame import place_names, show
from storefront.backoffice.stockroom.goods import Found, called, find_goods, goods_by_id
from storefront.backoffice.stockroom.posts import place_choices, places_in_use
from storefront.backoffice.stockroom.purchases import supplier_name
from storefront.backoffice.stockroom.typed import line_faults, not_a_number, typed_units

_MOST_UNITS = 1_000_000
_MOST_SHOWN = 300
_BOUGHT, _MOVED = "supplier:", "place:"


class RuleForm(DeskForm):
    """At how many units a place is filled up, to how many, and from where."""

    variant = HiddenField()
    place = SelectField(lazy_gettext("Place"), [needed(lazy_gettext("Choose a place."))])
    point = IntegerField(
        lazy_gettext("Fill up at"),
        [needed(lazy_gettext("Give a whole number, 0 for none.")), within(0, _MOST_UNITS)],
    )
    up_to = IntegerField(
        lazy_gettext("Fill up to"),
        [needed(lazy_gettext("Say how many units.")), within(1, _MOST_UNITS)],
    )
    pack = IntegerField(
        lazy_gettext("In packs of"),
        [needed(lazy_gettext("Say how many units.")), within(1, _MOST_UNITS)],
        default=1,
    )
    source = SelectField(
        lazy_gettext("Comes from"), [needed(lazy_gettext("Choose where the goods come from."))]
    )
    cost = AmountField(lazy_gettext("Cost of one"))


@needs(Permission.VIEW_STOCK)
def reorder() -> Response:
    """Show what the rules propose today, and the rules."""
    return _page([])


@needs(Permission.ORDER_STOCK)
def draft() -> Response:
    """Draft what somebody agreed to; nothing is ordered or sent by it."""
    accepted, faults = _accepted()
    if faults:
        return _page(faults)

    def work(session: Session) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
        if not is_first(session):
            return (), ()
        drafts = accept_proposals(
            session,
            merchant_id=current_merchant().id,
            accepted=accepted,
            actor_id=actor(),
        )
        return drafts.purchase_ids, drafts.transfer_ids

    try:
        bought, shifted = services().database.run(current_scope(), work)
    except CommerceError as error:
        with services().database.reading(current_scope()) as connection:
            goods = goods_by_id(connection, [each.variant_id for each in accepted])
        return _page([{**fault, "field": ""} for fault in line_faults(error, goods)])
    _tell_drafts(len(bought), len(shifted))
    if (len(bought), len(shifted)) == (1, 0):
        return moved("purchase", purchase_id=bought[0])
    if (len(bought), len(shifted)) == (0, 1):
        return moved("transfer", transfer_id=shifted[0])
    return moved("purchases" if bought else "transfers")


def _tell_drafts(bought: int, shifted: int) -> None:
    """Say how many drafts there are, and where those stand that the next page does not show."""
    if bought or shifted:
        announce(
            ngettext(
                "%(num)d draft is written. Nothing is ordered or sent yet.",
                "%(num)d drafts are written. Nothing is ordered or sent yet.",
                bought + shifted,
            )
        )
    if bought and shifted:
        announce(
            ngettext(
                "%(num)d of them is a transfer and stands under Transfers.",
                "%(num)d of them are transfers and stand under Transfers.",
                shifted,
            )
        )


@needs(Permission.ORDER_STOCK)
def rule() -> Response:
    """Show the rule of some goods at a place, and keep it."""
    with services().database.reading(current_scope()) as connection:
        if request.method == "GET":
            return _rule_page(connection, _form(connection, _standing(connection)))
        form = _form(connection, None)
        variant_id = typed_id(form.variant.data)
        if variant_id is None or not form.validate():
            return _rule_page(connection, form)
    kept = _rule_of(form, variant_id)

    def work(session: Session) -> None:
        set_reorder_rule(session, merchant_id=current_merchant().id, rule=kept)

    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        form.refuse(error)
        with services().database.reading(current_scope()) as connection:
            return _rule_page(connection, form)
    announce(_("Saved."))
    return moved("reorder")


@needs(Permission.ORDER_STOCK)
def drop(variant_id: UUID, location_id: UUID) -> Response:
    """Propose nothing for these goods at this place any more."""
    with services().database.transaction(current_scope()) as session:
        drop_reorder_rule(
            session,
            merchant_id=current_merchant().id,
            variant_id=variant_id,
            location_id=location_id,
        )
    announce(_("The rule is gone."))
    return moved("reorder")


def _accepted() -> tuple[list[AcceptedProposal], list[Fault]]:
    found, faults = [], list[Fault]()
    for key in request.form.getlist("accept"):
        variant_id, _colon, location_id = key.partition(":")
        shelf = typed_id(variant_id), typed_id(location_id)
        try:
            units = typed_units(request.form.get(f"units:{key}")) or 0
        except ValueError:
            faults.append({"field": f"units:{key}", "message": not_a_number()})
            continue
        if shelf[0] and shelf[1]:
            found.append(AcceptedProposal(shelf[0], shelf[1], units))
    if not found and not faults:
        faults.append({"field": "", "message": _("Tick what is to be drafted.")})
    return found, faults


def _page(faults: list[Fault]) -> Response:
    place = typed_id(request.args.get("place"))
    with services().database.reading(current_scope()) as connection:
        proposals = reorder_proposals(connection, location_id=place)
        rules = reorder_rules(connection, location_id=place)
        ids = {each.rule.variant_id for each in proposals} | {each.variant_id for each in rules}
        goods = goods_by_id(connection, sorted(ids))
        names = place_names(connection)
        named = {each.id: supplier_name(each) for each in suppliers(connection)}
        places = place_choices(places_in_use(connection))
    return show(
        "reorder.html",
        title=_("Filling up"),
        tab="reorder",
        status=422 if faults else 200,
        proposals=proposals,
        rules=rules[:_MOST_SHOWN],
        goods=goods,
        names=names,
        suppliers=named,
        places=[("", _("Every place")), *places],
        place=request.args.get("place", ""),
        faults=faults,
        called=called,
        wish=named_wish(),
    )


def _standing(connection: Connection) -> ReorderRuleRow | None:
    """Return the rule that the address names, if there is one."""
    variant_id, place = (typed_id(request.args.get(name)) for name in ("goods", "place"))
    if variant_id is None or place is None:
        return None
    rules = reorder_rules(connection, location_id=place)
    return next((each for each in rules if each.variant_id == variant_id), None)


def _form(connection: Connection, standing: ReorderRuleRow | None) -> RuleForm:
    given: dict[str, object] = {
        "variant": request.args.get("goods", ""),
        "place": request.args.get("place", ""),
    }
    if standing is not None:
        cost = standing.unit_cost
        source = standing.supplier_id or standing.source_id
        given |= {
            "point": standing.point,
            "up_to": standing.up_to,
            "pack": standing.pack,
            "source": f"{_BOUGHT if standing.supplier_id else _MOVED}{source}",
            "cost": typed_form(cost.amount_minor, cost.currency) if cost else "",
        }
    form: RuleForm = sent(RuleForm, **given)
    form.cost.currency = (
        standing.unit_cost.currency
        if standing and standing.unit_cost
        else current_merchant().currency
    )
    places = place_choices(places_in_use(connection))
    form.place.choices = places
    form.source.choices = [
        ("", _("Please choose")),
        *((f"{_BOUGHT}{s.id}", supplier_name(s)) for s in suppliers(connection) if s.active),
        *((f"{_MOVED}{value}", name) for value, name in places),
    ]
    return form


def _rule_of(form: RuleForm, variant_id: UUID) -> ReorderRuleRow:
    kind, _colon, source = form.source.data.partition(":")
    is_bought, minor = f"{kind}:" == _BOUGHT, form.cost.minor()
    return ReorderRuleRow(
        variant_id=variant_id,
        location_id=UUID(form.place.data),
        point=form.point.data,
        up_to=form.up_to.data,
        pack=form.pack.data,
        supplier_id=UUID(source) if is_bought else None,
        source_id=None if is_bought else UUID(source),
        unit_cost=Money(minor, form.cost.currency) if is_bought and minor is not None else None,
    )


def _rule_page(connection: Connection, form: RuleForm) -> Response:
    words = request.args.get("find", "").strip()
    found = find_goods(connection, words) if words else Found()
    variant_id = found.exact.id if found.exact else typed_id(form.variant.data)
    chosen = goods_by_id(connection, [variant_id]).get(variant_id) if variant_id else None
    faults: list[Fault] = list(form.faults) if request.method == "POST" else []
    if words and found.is_empty:
        told = _("Nothing has the code “%(words)s”.", words=words[:60])
        faults.append({"field": "find", "message": told})
    if chosen is not None:
        form.variant.data = str(chosen.id)
        cost = last_costs(connection, variant_ids=[chosen.id]).get(chosen.id)
        if not form.cost.data and cost and cost.currency == form.cost.currency:
            form.cost.data = typed_form(cost.amount_minor, cost.currency)
    elif request.method == "POST":
        faults.append({"field": "find", "message": _("Scan or type a code.")})
    return show(
        "reorder_rule.html",
        title=_("When to fill up"),
        tab="reorder",
        trail=(Crumb(_("Filling up"), link("reorder")),),
        status=422 if request.method == "POST" else 200,
        form=form,
        chosen=chosen,
        candidates=found.candidates,
        words=words,
        faults=faults,
        at={each["field"]: each["message"] for each in faults},
    )
