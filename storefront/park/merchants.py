"""The merchants of the park: admitted here, and followed on their way to the first sale."""

from typing import Any
from zoneinfo import available_timezones

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, StringField

from commerce.admission.admit import admit_merchant
from commerce.admission.checklist import checklists
from commerce.admission.homes import homes
from commerce.admission.terms import Admitted, FirstPlace, MerchantTerms, Owner
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.errors import CommerceError
from commerce.kernel.territories import territory_name
from commerce.park.permissions import Permission, Role
from commerce.park.queries.merchants import MerchantCard, find_merchant, list_merchants
from commerce.park.queries.staff import Contact, list_colleagues
from commerce.park.service.invitations import Invitation, invite_member
from commerce.park.service.merchants import LANGUAGES, MerchantName, country_codes
from commerce.plugins.registry import Registry
from commerce.web.identity import needs, proved_lately
from commerce.web.identity.letters import send_invitation
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.currencies import currency_choices
from storefront.backoffice.desk import Crumb, actor, announce
from storefront.backoffice.forms import (
    DeskForm,
    RadioField,
    SelectField,
    SelectMultipleField,
    sent,
    some_text,
)
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.tasks.first_steps import around
from storefront.backoffice.words import country_name
from storefront.park.frame import draw, link, moved
from storefront.park.one_merchant import is_owned, owners_of, state_of


class AdmitForm(DeskForm):
    """What the park and a new merchant agree on."""

    name = StringField(lazy_gettext("Name in English"), some_text(120))
    name_zh = StringField(lazy_gettext("Name in Chinese"), some_text(120))
    slug = StringField(lazy_gettext("Address of the shop"), some_text(60))
    country = SelectField(lazy_gettext("Country"))
    currency = SelectField(lazy_gettext("Currency of the books"))
    time_zone = SelectField(lazy_gettext("Time zone"))
    languages = SelectMultipleField(
        lazy_gettext("Languages of the shop"),
        choices=[("en", lazy_gettext("English")), ("zh", lazy_gettext("Chinese"))],
    )
    prices_include_tax = BooleanField(lazy_gettext("Prices include tax"), default=True)
    place = RadioField(
        lazy_gettext("Where the goods lie at first"),
        choices=[
            (
                "store",
                lazy_gettext("In a store: it sells over the counter, with a till, and online"),
            ),
            ("warehouse", lazy_gettext("In a warehouse: it sells online")),
        ],
    )
    owner_name = StringField(lazy_gettext("Name of the owner"), some_text(120))
    email = StringField(lazy_gettext("The owner’s e-mail address"), some_text(200))


@needs(Permission.VIEW_PARK)
def merchants() -> Response:
    """List the merchants, and how far each is on the way to the first sale."""
    with services().database.reading(Scope.park()) as connection:
        found = list_merchants(connection)
        ways = {each.merchant_id: each for each in checklists(connection, around=around())}
    return draw(
        "park/merchants.html",
        title=_("Merchants"),
        room="merchants",
        merchants=[(each, ways[each.id], state_of(each, ways[each.id])) for each in found],
        country_name=country_name,
    )


@needs(Permission.FOUND_MERCHANTS)
@proved_lately
def admit() -> Response:
    """Admit a merchant and invite its owner."""
    form = _admit_form()
    if request.method == "GET" or not form.validate():
        return _admit_page(form)
    try:
        with services().database.transaction(Scope.park()) as session:
            admitted = _admit(session, form)
    except CommerceError as error:
        form.refuse(error)
        return _admit_page(form)
    return _sent(admitted.slug, admitted.invitation)


@needs(Permission.FOUND_MERCHANTS)
@proved_lately
def invite_owner(slug: str) -> Response:
    """Send the first owner a new invitation; an earlier one stops working.

    Once a merchant has an owner, only that owner invites others: the park opens nobody's desk.
    """
    with services().database.transaction(Scope.park()) as session:
        card = find_merchant(session, slug=slug)
        owners = owners_of(list_colleagues(session, merchant_id=card.id))
        if not owners or is_owned(owners):
            invitation = None
        else:
            owner = owners[0]
            invitation = invite_member(
                session,
                merchant_id=card.id,
                email=owner.email,
                name=owner.name,
                role=Role.OWNER,
                invited_by=actor(),
                now=utc_now(),
            )
            _write(session, card, owner.name, invitation)
    if invitation is None:
        announce(_("The owner has accepted the invitation already."), "wait")
        return moved("merchant", slug=slug)
    return _sent(slug, invitation)


def _admit(session: Session, form: AdmitForm) -> Admitted:
    owner = Owner(form.email.data, form.owner_name.data.strip(), language())
    admitted = admit_merchant(
        session,
        terms=MerchantTerms(
            slug=form.slug.data.strip(),
            name=MerchantName(english=form.name.data, chinese=form.name_zh.data),
            owner=owner,
            country=form.country.data,
            currency=form.currency.data,
            time_zone=form.time_zone.data,
            languages=tuple(form.languages.data),
            prices_include_tax=form.prices_include_tax.data,
            place=FirstPlace(form.place.data),
        ),
        registry=services().part(Registry),
        vault=services().vault,
        actor_id=actor(),
        now=utc_now(),
    )
    card = find_merchant(session, slug=admitted.slug)
    _write(session, card, owner.name, admitted.invitation)
    return admitted


def _write(session: Session, card: MerchantCard, name: str, invitation: Invitation) -> None:
    send_invitation(
        session,
        merchant_id=card.id,
        reader=Contact(name, invitation.email, language()),
        token=invitation.token,
        shop=card.name_in(language()),
        role=_("Owner"),
    )


def _sent(slug: str, invitation: Invitation) -> Response:
    """Go to the merchant; where no letter leaves, show the link once, to be handed over."""
    if services().settings.mail_url is not None:
        announce(_("An invitation is on its way to %(email)s.", email=invitation.email))
        return moved("merchant", slug=slug)
    answer = draw(
        "park/owner_invited.html",
        title=_("Hand over the invitation"),
        room="merchants",
        trail=(Crumb(_("Merchants"), link("merchants")),),
        email=invitation.email,
        url=f"{services().settings.public_url}/signin/invitation/{invitation.token}",
        slug=slug,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _admit_form() -> AdmitForm:
    usual: dict[str, Any] = {
        "country": "CN",
        "currency": "CNY",
        "time_zone": "Asia/Shanghai",
        "languages": list(LANGUAGES),
        "place": FirstPlace.STORE.value,
    }
    form: AdmitForm = sent(AdmitForm, data=usual)
    countries = [(code, territory_name(code, language())) for code in country_codes()]
    form.country.choices = sorted(countries, key=lambda pair: (pair[0] != "CN", pair[1]))
    form.currency.choices = currency_choices(language())
    form.time_zone.choices = [(zone, zone) for zone in sorted(available_timezones())]
    return form


def _admit_page(form: AdmitForm) -> Response:
    failed = request.method == "POST"
    return draw(
        "park/admit.html",
        title=_("Admit a merchant"),
        room="merchants",
        trail=(Crumb(_("Merchants"), link("merchants")),),
        status=422 if failed else 200,
        form=form,
        homes={code: (home.currency, home.time_zones) for code, home in homes().items()},
        faults=form.faults if failed else [],
        root=f"{services().settings.public_url}/{language()}/",
    )
