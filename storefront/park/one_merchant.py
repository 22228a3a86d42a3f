"""One merchant of the park: what was agreed on, whether it sells, and what it is called."""

from collections.abc import Callable, Sequence

from flask import Response
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField

from commerce.admission.checklist import Checklist, checklist_of
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission, Role
from commerce.park.queries.merchants import MerchantCard, find_merchant
from commerce.park.queries.staff import Colleague, list_colleagues
from commerce.park.service.merchants import MerchantName, rename_merchant
from commerce.park.service.pausing import pause_merchant, reopen_merchant
from commerce.web.identity import needs, proved_lately
from commerce.web.identity.letters import send_standing
from commerce.web.languages import LANGUAGES, language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce
from storefront.backoffice.forms import DeskForm, sent, some_text
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.tasks.first_steps import around, shown_steps
from storefront.backoffice.words import Label, country_name
from storefront.park.frame import draw, link, moved


class PauseForm(DeskForm):
    """Why a merchant is to sell nothing new."""

    reason = TextAreaField(lazy_gettext("Why"), some_text(300))


class NameForm(DeskForm):
    """What the merchant is called."""

    name = StringField(lazy_gettext("Name in English"), some_text(120))
    name_zh = StringField(lazy_gettext("Name in Chinese"), some_text(120))


@needs(Permission.VIEW_PARK)
def merchant(slug: str) -> Response:
    """Show one merchant: what was agreed on, its owners, its way to the first sale."""
    return _page(slug)


@needs(Permission.FOUND_MERCHANTS)
@proved_lately
def pause(slug: str) -> Response:
    """Let the merchant sell nothing new."""
    form = sent(PauseForm)

    def work(session: Session, card: MerchantCard) -> None:
        pause_merchant(
            session,
            merchant_id=card.id,
            reason=form.reason.data,
            actor_id=actor(),
            now=utc_now(),
        )
        why = form.reason.data.strip()
        if (card.paused_at is None, card.pause_reason) != (False, why):
            _tell_owners(session, card, why)

    return _changed(slug, form, work) or _page(slug, pausing=form)


@needs(Permission.FOUND_MERCHANTS)
@proved_lately
def reopen(slug: str) -> Response:
    """Let the merchant sell again."""
    with services().database.transaction(Scope.park()) as session:
        card = find_merchant(session, slug=slug)
        reopen_merchant(session, merchant_id=card.id, actor_id=actor())
        if card.paused_at is not None:
            _tell_owners(session, card, "")
    announce(_("Saved."))
    return moved("merchant", slug=slug)


@needs(Permission.FOUND_MERCHANTS)
@proved_lately
def rename(slug: str) -> Response:
    """Give the merchant another name; its address stays."""
    form = sent(NameForm)

    def work(session: Session, card: MerchantCard) -> None:
        name = MerchantName(english=form.name.data, chinese=form.name_zh.data)
        rename_merchant(session, merchant_id=card.id, name=name)

    return _changed(slug, form, work) or _page(slug, naming=form)


def _tell_owners(session: Session, card: MerchantCard, reason: str) -> None:
    names = {code: card.name_in(code) for code in LANGUAGES}
    send_standing(session, merchant_id=card.id, slug=card.slug, names=names, reason=reason)


def owners_of(colleagues: Sequence[Colleague]) -> list[Colleague]:
    """Return who owns a shop, or is invited to."""
    return [each for each in colleagues if each.role is Role.OWNER]


def is_owned(owners: Sequence[Colleague]) -> bool:
    """Return whether one of the owners has accepted."""
    return any(each.accepted_at is not None for each in owners)


def state_of(card: MerchantCard, checklist: Checklist) -> Label:
    """Return how far a merchant is, in one word."""
    if card.paused_at is not None:
        return Label(_("Paused"), "bad")
    if checklist.sold:
        return Label(_("Sells"), "good")
    if checklist.can_sell:
        return Label(_("Ready to sell"), "good")
    return Label(_("Setting up"), "wait")


def _changed(
    slug: str, form: DeskForm, work: Callable[[Session, MerchantCard], None]
) -> Response | None:
    """Do the work of a form and go back to the page, or return None for a form to be corrected."""
    if not form.validate():
        return None
    try:
        with services().database.transaction(Scope.park()) as session:
            work(session, find_merchant(session, slug=slug))
    except CommerceError as error:
        form.refuse(error)
        return None
    announce(_("Saved."))
    return moved("merchant", slug=slug)


def _page(
    slug: str, *, pausing: PauseForm | None = None, naming: NameForm | None = None
) -> Response:
    with services().database.reading(Scope.park()) as connection:
        card = find_merchant(connection, slug=slug)
        checklist = checklist_of(connection, merchant_id=card.id, around=around())
        owners = owners_of(list_colleagues(connection, merchant_id=card.id))
    refused: DeskForm | None = pausing or naming
    return draw(
        "park/merchant.html",
        title=card.name_in(language()),
        room="merchants",
        trail=(Crumb(_("Merchants"), link("merchants")),),
        status=422 if refused else 200,
        merchant=card,
        country_name=country_name,
        state=state_of(card, checklist),
        owners=owners,
        owned=is_owned(owners),
        steps=shown_steps(checklist, may=lambda _permission: False, link=None),
        pausing=pausing or PauseForm(reason=card.pause_reason),
        naming=naming or NameForm(name=card.name, name_zh=card.name_zh),
        naming_failed=naming is not None,
        faults=refused.faults if refused else [],
    )
