"""One promotion: begun with its kind, described, changed, switched off and on again."""

from dataclasses import dataclass
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.pricing.promotions.queries import promotion_card, recent_uses
from commerce.pricing.promotions.rows import CodeRow, Kind, OrderUse, PromotionCard
from commerce.pricing.promotions.service import (
    change_promotion,
    create_promotion,
    switch_promotion,
)
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import time_zone
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.once import is_first, named_wish
from storefront.backoffice.promotions.codes import CodeForms, codes_page, codes_shown
from storefront.backoffice.promotions.fields import Around
from storefront.backoffice.promotions.filling import around_of, filled
from storefront.backoffice.promotions.finding import Found, found_for, is_looking, take_ticked
from storefront.backoffice.promotions.form import PromotionForm
from storefront.backoffice.promotions.reading import read_draft
from storefront.backoffice.promotions.telling import (
    in_a_sentence,
    kind_example,
    kind_name,
    state,
)
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still
from storefront.backoffice.words import in_language


@dataclass(frozen=True, slots=True)
class PromotionFile:
    """One promotion with all that its page tells."""

    card: PromotionCard
    around: Around
    uses: tuple[OrderUse, ...]
    codes: tuple[CodeRow, ...]
    """Those of this page, and one more if there is another page."""


@needs(Permission.EDIT_PRICES)
def choose_kind() -> Response:
    """Ask what kind of promotion it shall be."""
    return draw(
        "promotions/kinds.html",
        title=_("New promotion"),
        room="promotions",
        trail=_trail(),
        kinds=[(each.value, kind_name(each), kind_example(each)) for each in Kind],
    )


@needs(Permission.EDIT_PRICES)
def new_promotion(kind: str) -> Response:
    """Describe a new promotion."""
    wanted = _kind(kind)
    with services().database.reading(current_scope()) as connection:
        around = around_of(connection)
        form = filled(wanted, around, None)
        take_ticked(form)
        if request.method == "GET" or _asks_for_more(form):
            return _new_page(wanted, around, form)
        draft = read_draft(connection, wanted, form, around, None)
    if draft is None:
        return _new_page(wanted, around, form)

    def work(session: Session) -> UUID | None:
        if not is_first(session):
            return None
        return create_promotion(session, merchant_id=current_merchant().id, draft=draft)

    try:
        made = services().database.run(current_scope(), work)
    except CommerceError as error:
        form.refuse(error)
        return _new_page(wanted, around, form)
    if made is None:
        return moved("promotions")
    announce(_("Saved. Now give it its codes.") if draft.needs_code else _("Saved."))
    return moved("promotion", promotion_id=made)


@needs(Permission.EDIT_PRICES)
def promotion(promotion_id: UUID) -> Response:
    """Show one promotion with its form, its codes and the orders that used it."""
    file = promotion_file(promotion_id)
    return promotion_page(file, _form(file))


@needs(Permission.EDIT_PRICES)
def change_one(promotion_id: UUID) -> Response:
    """Describe a promotion anew, unless somebody else did meanwhile."""
    file = promotion_file(promotion_id)
    form, known = _form(file), file.card.draft
    take_ticked(form)
    if _asks_for_more(form):
        form.make_room()
        return promotion_page(file, form)
    with services().database.reading(current_scope()) as connection:
        draft = read_draft(connection, known.effect.kind, form, file.around, known)
    if draft is None:
        return promotion_page(file, form)

    def drawn(connection: Connection) -> PromotionForm:
        return _form(_read(connection, promotion_id), sent=False)

    def work(session: Session) -> None:
        hold_still(session, form, drawn)
        change_promotion(
            session, merchant_id=current_merchant().id, promotion_id=promotion_id, draft=draft
        )

    try:
        services().database.run(current_scope(), work)
    except NotFoundError:
        raise
    except StaleFormError as stale:
        return promotion_page(file, stale.told_on(form))
    except CommerceError as error:
        form.refuse(error)
        return promotion_page(file, form)
    announce(_("Saved. It counts for every cart from now on."))
    return moved("promotion", promotion_id=promotion_id)


@needs(Permission.EDIT_PRICES)
def switch_one(promotion_id: UUID) -> Response:
    """Switch a promotion off, or on again."""
    on = request.form.get("do") == "on"

    def work(session: Session) -> None:
        switch_promotion(
            session, merchant_id=current_merchant().id, promotion_id=promotion_id, on=on
        )

    services().database.run(current_scope(), work)
    announce(_("Switched on.") if on else _("Switched off. Orders keep what they got."))
    return moved("promotion", promotion_id=promotion_id)


def promotion_file(promotion_id: UUID) -> PromotionFile:
    """Return everything that the page of a promotion tells.

    Raises:
        UnknownPromotionError: there is no such promotion.
    """
    with services().database.reading(current_scope()) as connection:
        return _read(connection, promotion_id)


def promotion_page(
    file: PromotionFile, form: PromotionForm | None = None, codes: CodeForms | None = None
) -> Response:
    """Draw the page of a promotion, with what is wrong with one of its forms."""
    card = file.card
    form = form or _form(file, sent=False)
    faults = [*form.faults, *(codes.faults if codes else ())]
    return draw(
        "promotions/edit.html",
        title=in_language(card.draft.name, card.draft.name_zh),
        room="promotions",
        trail=_trail(),
        status=409 if form.changed else 422 if faults else 200,
        kind=card.draft.effect.kind.value,
        card=card,
        told=in_a_sentence(card.draft, file.around),
        state=state(card),
        off=[Money(minor, each) for each, minor in sorted(card.taken_off.items())],
        uses=file.uses,
        form=form,
        finds=_finds(form) if request.method == "POST" else {},
        around=file.around,
        parts=_parts(form),
        faults=faults,
        time_zone=time_zone(),
        wish="",
        **codes_page(card, file.codes, codes),
    )


def _new_page(kind: Kind, around: Around, form: PromotionForm) -> Response:
    return draw(
        "promotions/edit.html",
        title=kind_name(kind),
        room="promotions",
        trail=(*_trail(), Crumb(_("New promotion"), link("choose_promotion"))),
        status=422 if form.faults else 200,
        kind=kind.value,
        card=None,
        form=form,
        finds=_finds(form) if request.method == "POST" else {},
        parts=_parts(form),
        faults=form.faults,
        time_zone=time_zone(),
        wish=named_wish(),
        around=around,
    )


def _read(connection: Connection, promotion_id: UUID) -> PromotionFile:
    card = promotion_card(connection, promotion_id=promotion_id)
    return PromotionFile(
        card=card,
        around=around_of(connection, card.draft),
        uses=recent_uses(connection, promotion_id=promotion_id),
        codes=codes_shown(connection, card),
    )


def _form(file: PromotionFile, *, sent: bool = True) -> PromotionForm:
    draft = file.card.draft
    return filled(draft.effect.kind, file.around, draft, from_request=sent)


def _parts(form: PromotionForm) -> list[str]:
    names = form.names("part")
    return [each.removesuffix("_quantity") for each in names if each.endswith("_quantity")]


def _asks_for_more(form: PromotionForm) -> bool:
    return request.form.get("do") == "more" or is_looking(form)


def _finds(form: PromotionForm) -> dict[str, Found]:
    with services().database.reading(current_scope()) as connection:
        return found_for(connection, form)


def _kind(typed: str) -> Kind:
    try:
        return Kind(typed)
    except ValueError as unknown:
        raise NotFoundError from unknown


def _trail() -> tuple[Crumb, ...]:
    return (Crumb(_("Promotions"), link("promotions")),)
