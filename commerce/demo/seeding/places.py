"""Open a merchant's places: stock, stores with their hours, tills, ways to receive and to pay."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.demo.content import Merchant, Park
from commerce.demo.content.places import Address, DeliveryOption, Location, Premises
from commerce.fulfilment.labels.accounts import set_up_carrier
from commerce.fulfilment.rows import DeliveryKind, DeliveryPrice, DeliverySetting, OpenSpan
from commerce.fulfilment.service import put_country_group, put_delivery_option, set_store_hours
from commerce.inventory.service import add_location
from commerce.kernel.ids import new_token
from commerce.kernel.money import Money
from commerce.kernel.vault import Vault
from commerce.park.queries.stories import StoryRow
from commerce.park.service.stories import tell_stories
from commerce.payments.service import set_up_method
from commerce.pricing.rows import TaxRounding
from commerce.pricing.service import set_rounding
from commerce.registers.denominations import smallest_coin
from commerce.registers.service import add_register
from commerce.registers.service.setup import set_reader

_KINDS = {"warehouse": "warehouse", "bonded-warehouse": "bonded", "experience-store": "store"}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MIDNIGHT = "24:00"
_GROUP_NAMES = {
    "domestic": ("Mainland China", "中国大陆"),
    "nearby": ("Hong Kong, Macao and Taiwan", "港澳台地区"),
    "eu": ("European Union", "欧盟"),
    "us": ("United States", "美国"),
    "rest": ("Rest of the world", "其他国家和地区"),
}
_PICKUP_MINUTES = 120
_STEP = 10


_READERS = (
    {"id": "counter", "label": "Counter reader"},
    {"id": "second", "label": "Second counter reader"},
    {"id": "mobile", "label": "Mobile reader"},
)
"""The sandbox's card readers, one beside each till: so no till asks at the reader of another one."""


def open_places(session: Session, *, merchant_id: UUID, park: Park, merchant: Merchant) -> None:
    """Add the merchant's locations with hours, and its tills; the first location serves first."""
    premises = {each.handle: each for each in park.premises}
    ids: dict[str, UUID] = {}
    for rank, location in enumerate(merchant.location, start=1):
        building = premises[location.premises]
        ids[location.handle] = add_location(
            session,
            merchant_id=merchant_id,
            code=location.handle,
            kind=_KINDS[location.kind],
            name=location.en,
            name_zh=location.zh,
            address=_one_line(building.address_en),
            address_zh=_one_line_zh(building.address_zh),
            country=building.address_en.country,
            phone=building.phone,
            priority=rank * _STEP,
        )
        set_store_hours(
            session,
            merchant_id=merchant_id,
            location_id=ids[location.handle],
            spans=_spans(building),
        )
    for place, register in enumerate(merchant.register):
        register_id = add_register(
            session,
            merchant_id=merchant_id,
            location_id=ids[register.location],
            name=register.en,
            name_zh=register.zh,
            series=register.code,
        )
        if place < len(_READERS):
            set_reader(
                session,
                merchant_id=merchant_id,
                register_id=register_id,
                reader={"plugin": "sandbox-reader", **_READERS[place]},
            )
    coin = smallest_coin(merchant.base_currency)
    if merchant.register and coin is not None:
        set_rounding(
            session,
            merchant_id=merchant_id,
            currency=merchant.base_currency,
            cash_step_minor=coin,
            tax=TaxRounding.LINE,
        )
    _offer_delivery(session, merchant_id, park, merchant, ids)
    tell_stories(session, merchant_id=merchant_id, stories=_stories(park, merchant))


def _stories(park: Park, merchant: Merchant) -> list[StoryRow]:
    premises = {each.handle: each for each in park.premises}
    told = []
    for locale in ("en", "zh"):
        told.append(
            StoryRow(
                locale=locale,
                tagline=getattr(merchant.tagline, locale),
                about=getattr(merchant.about, locale),
            )
        )
        told.extend(
            _story_of(premises[location.premises], location, locale)
            for location in merchant.location
        )
    return told


def _story_of(building: Premises, location: Location, locale: str) -> StoryRow:
    way = building.getting_there
    return StoryRow(
        place=location.handle,
        locale=locale,
        about=getattr(building.about, locale),
        touch=tuple(getattr(each, locale) for each in location.to_touch),
        languages=building.languages,
        getting_there=getattr(way, locale) if way is not None else "",
    )


def take_on_carrier(session: Session, *, merchant_id: UUID, vault: Vault) -> None:
    """Let the packing room book labels with the sandbox's carrier."""
    set_up_carrier(
        session,
        vault=vault,
        merchant_id=merchant_id,
        plugin="sandbox-carrier",
        enabled=True,
        settings={},
        secrets={"api_key": new_token()},
    )


def accept_payments(session: Session, *, merchant_id: UUID, vault: Vault, has_tills: bool) -> None:
    """Let shops take the sandbox's cards and tills its readers, on one account of the sandbox."""
    account = {"api_key": new_token()}
    plugins = ("sandbox-card", "sandbox-reader") if has_tills else ("sandbox-card",)
    for rank, plugin in enumerate(plugins, start=1):
        set_up_method(
            session,
            vault=vault,
            merchant_id=merchant_id,
            plugin=plugin,
            enabled=True,
            position=rank * _STEP,
            settings={},
            secrets=account,
        )


def _offer_delivery(
    session: Session,
    merchant_id: UUID,
    park: Park,
    merchant: Merchant,
    ids: Mapping[str, UUID],
) -> None:
    used = {option.group for option in merchant.delivery}
    for group in (name for name in park.country_group if name in used):
        name, name_zh = _GROUP_NAMES[group]
        put_country_group(
            session,
            merchant_id=merchant_id,
            code=group,
            name=name,
            name_zh=name_zh,
            countries=park.country_group[group],
        )
    settings = [
        *(_parcel(option) for option in merchant.delivery),
        *(_pickup(each, ids) for each in merchant.location if each.kind == "experience-store"),
    ]
    for rank, setting in enumerate(settings or [_in_the_account()]):
        put_delivery_option(
            session, merchant_id=merchant_id, option=replace(setting, position=rank * _STEP)
        )


def _parcel(option: DeliveryOption) -> DeliverySetting:
    earliest, latest = option.days
    return DeliverySetting(
        code=option.code,
        kind=DeliveryKind.PARCEL,
        name=option.en,
        name_zh=option.zh,
        group=option.group,
        regions=option.regions,
        min_days=earliest,
        max_days=latest,
        prices=tuple(
            DeliveryPrice(
                Money(amount, currency),
                Money(option.free_from[currency], currency)
                if currency in option.free_from
                else None,
            )
            for currency, amount in option.prices.items()
        ),
    )


def _pickup(store: Location, ids: Mapping[str, UUID]) -> DeliverySetting:
    return DeliverySetting(
        code=f"pickup-{store.handle}",
        kind=DeliveryKind.PICKUP,
        name=f"Pick up at {store.en}",
        name_zh=f"{store.zh}自提",
        location_id=ids[store.handle],
        prepare_minutes=_PICKUP_MINUTES,
        working_days=(1, 2, 3, 4, 5, 6, 7),
    )


def _in_the_account() -> DeliverySetting:
    return DeliverySetting(
        code="client-account",
        kind=DeliveryKind.SERVICE,
        name="In your client account",
        name_zh="在您的客户账户内交付",
        min_days=2,
        max_days=10,
    )


def _spans(building: Premises) -> list[OpenSpan]:
    return [
        OpenSpan(weekday, time.fromisoformat(hours[0]), _closing(hours[1]))
        for weekday, day in enumerate(_WEEKDAYS, start=1)
        if (hours := building.hours.get(day))
    ]


def _closing(clock: str) -> time:
    return time.max if clock == _MIDNIGHT else time.fromisoformat(clock)


def _one_line(address: Address) -> str:
    return ", ".join(
        part
        for part in (*address.lines, address.region, f"{address.city} {address.postcode}")
        if part
    )


def _one_line_zh(address: Address) -> str:
    return f"{address.city}{address.region}{''.join(address.lines)}"
