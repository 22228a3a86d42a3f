"""Labels in the packing room: see what carriers offer, book, print, cancel."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import HiddenField
from wtforms.validators import Optional

from commerce.fulfilment.errors import CarrierUnavailableError, UnknownLabelError
from commerce.fulfilment.labels.asking import ask_for_label
from commerce.fulfilment.labels.contents import HEAVIEST_GRAMS, parcel_of
from commerce.fulfilment.labels.gateway import CarrierGateway
from commerce.fulfilment.labels.giving_back import give_label_back
from commerce.fulfilment.labels.papers import fetch_paper
from commerce.fulfilment.labels.process import start_booking, start_giving_back
from commerce.fulfilment.labels.queries import carrier_accounts, label_by_id
from commerce.fulfilment.labels.rows import LabelRow, LabelState
from commerce.fulfilment.queries import fulfilment_by_id
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.park.permissions import Permission
from commerce.plugins.carriers import LabelFormat, ServiceOffer
from commerce.plugins.parcels import Parcel, ParcelSize
from commerce.plugins.registry import Registry
from commerce.plugins.results import Ok, Refused
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, draw, link, moved
from storefront.backoffice.forms import DeskForm, IntegerField, sent, sentence, within
from storefront.backoffice.once import is_first, named_wish
from storefront.backoffice.packing.showing import read_part
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.posts import hold_to_place

_LONGEST_MM = 3_000


class ParcelForm(DeskForm):
    """How heavy and how large the parcel is, and by which offer it goes."""

    wish = HiddenField()
    offer = HiddenField()
    weight = IntegerField(lazy_gettext("Weight in grams"), [Optional(), within(1, HEAVIEST_GRAMS)])
    length = IntegerField(lazy_gettext("Length in mm"), [Optional(), within(1, _LONGEST_MM)])
    width = IntegerField(lazy_gettext("Width in mm"), [Optional(), within(1, _LONGEST_MM)])
    height = IntegerField(lazy_gettext("Height in mm"), [Optional(), within(1, _LONGEST_MM)])

    @property
    def size(self) -> ParcelSize | None:
        """The parcel's size where all three sides are given."""
        length, width, height = (each.data for each in self._sides)
        if not (length and width and height):
            return None
        return ParcelSize(length_mm=length, width_mm=width, height_mm=height)

    @property
    def chosen(self) -> str:
        """The offer that was chosen, as its plugin and the code of its service."""
        return (self.offer.data or "").partition(":")[0]

    def agrees(self, cost_minor: int) -> bool:
        """Return whether an offer costs what it was shown to cost when it was chosen."""
        shown = (self.offer.data or "").partition(":")[2]
        return shown in {"", str(cost_minor)}

    def validate(self, extra_validators: Any = None) -> bool:
        """Demand all three sides of a parcel, or none."""
        valid = bool(super().validate(extra_validators))
        if any(each.raw_data and each.raw_data[0] for each in self._sides):
            for each in self._sides:
                if each.data is None and not each.errors:
                    each.errors = [_("Give all three sides, or none.")]
                    valid = False
        return valid

    @property
    def _sides(self) -> tuple[IntegerField, IntegerField, IntegerField]:
        return (self.length, self.width, self.height)


@dataclass(frozen=True, slots=True)
class CarrierOffers:
    """What one carrier offers for a parcel, or why nothing."""

    plugin: str
    name: str
    offers: tuple[ServiceOffer, ...] = ()
    refusal: str = ""


@needs(Permission.FULFIL_ORDERS)
def label_offers(fulfilment_id: UUID) -> Response:
    """Show what the merchant's carriers offer for a packed parcel."""
    return _page(fulfilment_id, ParcelForm(request.args))


@needs(Permission.FULFIL_ORDERS)
def book(fulfilment_id: UUID) -> Response:
    """Book a label by one of the offers, at the price that was shown and that is asked for anew."""
    form = sent(ParcelForm)
    plugin, _slash, service = form.chosen.partition("/")
    if not form.validate() or not service:
        return _page(fulfilment_id, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    parcel = _parcel(fulfilment_id, form)
    asked = _asked(plugin, parcel)
    offer = next((each for each in asked.offers if each.code == service), None)
    if offer is None:
        announce(asked.refusal or _("The carrier no longer offers this. Choose again."), "bad")
        return moved("part_label", fulfilment_id=fulfilment_id, **_typed(form))
    if not form.agrees(offer.cost.amount_minor):
        announce(_("This parcel costs something else. Look at the prices and choose again."), "bad")
        return moved("part_label", fulfilment_id=fulfilment_id, **_typed(form))

    def work(session: Session) -> None:
        if not is_first(session):
            return
        _hold_to_posts(session, fulfilment_id)
        merchant = current_merchant()
        label_id = ask_for_label(
            session,
            merchant_id=merchant.id,
            fulfilment_id=fulfilment_id,
            plugin=plugin,
            offer=offer,
            parcel=parcel,
            webhook_url=f"{services().settings.public_url}/webhooks/{merchant.slug}/{plugin}",
            actor_id=actor(),
        )
        start_booking(
            session, durable=services().durable, merchant_id=merchant.id, label_id=label_id
        )

    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        announce(sentence(error), "bad")
    return moved("part", fulfilment_id=fulfilment_id)


@needs(Permission.FULFIL_ORDERS)
def cancel(fulfilment_id: UUID, label_id: UUID) -> Response:
    """Give a label back to its carrier."""
    _label(fulfilment_id, label_id)

    def work(session: Session) -> None:
        _hold_to_posts(session, fulfilment_id)
        merchant_id = current_merchant().id
        give_label_back(session, merchant_id=merchant_id, label_id=label_id)
        start_giving_back(
            session, durable=services().durable, merchant_id=merchant_id, label_id=label_id
        )

    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        announce(sentence(error), "bad")
    else:
        announce(_("The label is being given back."))
    return moved("part", fulfilment_id=fulfilment_id)


@needs(Permission.FULFIL_ORDERS)
def print_label(fulfilment_id: UUID, label_id: UUID, form: str) -> Response:
    """Give the label as it is printed: a PDF to look at, ZPL to send to a printer."""
    try:
        wanted = LabelFormat(form)
    except ValueError:
        raise NotFoundError from None
    label = _label(fulfilment_id, label_id)
    content = None
    if label.state is LabelState.BOOKED:
        content = fetch_paper(
            services().part(CarrierGateway),
            services().database,
            merchant_id=current_merchant().id,
            label=label,
            form=wanted,
        )
    if content is None:
        announce(_("The carrier does not give the label out at present. Try again."), "bad")
        return moved("part", fulfilment_id=fulfilment_id)
    how = "inline" if wanted is LabelFormat.PDF else "attachment"
    response = Response(content, content_type=wanted.media_type)
    response.headers["Content-Disposition"] = f'{how}; filename="{label.tracking_number}.{form}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _hold_to_posts(session: Session, fulfilment_id: UUID) -> None:
    part = fulfilment_by_id(session, fulfilment_id=fulfilment_id)
    if part is not None:
        hold_to_place(session, part.location_id)


def _label(fulfilment_id: UUID, label_id: UUID) -> LabelRow:
    with services().database.reading(current_scope()) as connection:
        label = label_by_id(connection, label_id=label_id)
    if label is None or label.fulfilment_id != fulfilment_id:
        raise UnknownLabelError
    return label


def _page(fulfilment_id: UUID, form: ParcelForm, *, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Draw the parcel and its offers; without a weight it weighs what its goods do."""
    valid = form.validate()
    with services().database.reading(current_scope()) as connection:
        file = read_part(connection, fulfilment_id)
        plugins = [each.plugin for each in carrier_accounts(connection)]
    asked, chosen = [], ""
    if valid:
        parcel = _parcel(fulfilment_id, form)
        form.weight.data = form.weight.data or parcel.weight_grams
        asked = [_asked(plugin, parcel) for plugin in plugins]
        chosen = next((f"{one.plugin}/{one.offers[0].code}" for one in asked if one.offers), "")
    return draw(
        "packing/label.html",
        title=_("Book a label"),
        room="packing",
        trail=(
            Crumb(_("Pick and pack"), link("packing")),
            Crumb(
                _("Order %(number)s", number=file.order.number),
                link("part", fulfilment_id=fulfilment_id),
            ),
        ),
        status=status,
        file=file,
        form=form,
        faults=form.faults,
        asked=asked,
        chosen=form.chosen or chosen,
        has_carriers=bool(plugins),
        wish=named_wish(),
    )


def _parcel(fulfilment_id: UUID, form: ParcelForm) -> Parcel:
    with services().database.reading(current_scope()) as connection:
        return parcel_of(
            connection,
            fulfilment_id=fulfilment_id,
            shop_name=current_merchant().name_in(language()),
            weight_grams=form.weight.data,
            size=form.size,
        )


def _asked(plugin: str, parcel: Parcel) -> CarrierOffers:
    """Ask one carrier; whatever it answers, the page stands and says so."""
    provider = services().part(Registry).carriers.get(plugin)
    name = provider.manifest.name.spoken(language()) if provider else plugin
    silent = _("The carrier did not answer. Try again, or write the number by hand.")
    try:
        answer = (
            services()
            .part(CarrierGateway)
            .offers(
                merchant_id=current_merchant().id, plugin=plugin, parcel=parcel, locale=language()
            )
        )
    except CarrierUnavailableError as error:
        return CarrierOffers(plugin, name, refusal=sentence(error))
    match answer:
        case Ok(offers):
            none = "" if offers else _("It takes no such parcel.")
            return CarrierOffers(plugin, name, offers, none)
        case Refused(message=message):
            return CarrierOffers(plugin, name, refusal=message)
        case _:
            return CarrierOffers(plugin, name, refusal=silent)


def _typed(form: ParcelForm) -> dict[str, int]:
    fields = {"weight": form.weight, "length": form.length, "width": form.width}
    fields["height"] = form.height
    return {name: field.data for name, field in fields.items() if field.data}
