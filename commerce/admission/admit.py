"""Admit a merchant: one transaction, after which its owner can sign in and sell."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.admission.taxes import state_taxes
from commerce.admission.terms import Admitted, FirstPlace, MerchantTerms
from commerce.fulfilment.labels.accounts import set_up_carrier
from commerce.inventory.service import add_location
from commerce.kernel.ids import new_token
from commerce.kernel.vault import Vault
from commerce.park.permissions import Role
from commerce.park.service.invitations import invite_member
from commerce.park.service.merchants import found_merchant
from commerce.park.service.security_log import note_security_event
from commerce.payments.service import set_up_method
from commerce.plugins.registry import Registry
from commerce.pricing.service import open_base_list
from commerce.registers.service import add_register

_STEP = 10
_PLACES = {
    FirstPlace.STORE: ("SHOP", "Shop", "门店"),
    FirstPlace.WAREHOUSE: ("WH1", "Warehouse", "仓库"),
}
_TILL, _TILL_ZH, _SERIES = "Till 1", "1 号收银台", "T1"


def admit_merchant(
    session: Session,
    *,
    terms: MerchantTerms,
    registry: Registry,
    vault: Vault,
    actor_id: UUID | None,
    now: datetime,
) -> Admitted:
    """Found a merchant with a place, a price list and ways to pay, and invite its owner.

    Needs `Scope.park()`. The caller sends the invitation, or hands its link over. How goods travel
    is left to the owner: nobody else knows what a parcel costs. `actor_id` is empty when whoever
    owns the server admits by command.

    Raises:
        SlugError, MissingNameError, MalformedEmailError, UnknownCountryError,
        UnknownCurrencyError, UnknownTimeZoneError, UnknownLanguageError: the terms cannot be.
    """
    merchant_id = found_merchant(
        session,
        slug=terms.slug,
        name=terms.name,
        country=terms.country,
        currency=terms.currency,
        time_zone=terms.time_zone,
        languages=terms.languages,
        prices_include_tax=terms.prices_include_tax,
    )
    state_taxes(session)
    open_base_list(session, merchant_id=merchant_id)
    _open_place(session, merchant_id, terms)
    _accept_trial_payments(session, merchant_id, terms, registry, vault)
    _take_on_trial_carriers(session, merchant_id, terms, registry, vault)
    note_security_event(
        session,
        merchant_id=None,
        action="merchant-admitted",
        actor_id=actor_id,
        facts={"slug": terms.slug},
    )
    invitation = invite_member(
        session,
        merchant_id=merchant_id,
        email=terms.owner.email,
        name=terms.owner.name,
        role=Role.OWNER,
        invited_by=actor_id,
        now=now,
    )
    return Admitted(merchant_id, terms.slug, invitation)


def _open_place(session: Session, merchant_id: UUID, terms: MerchantTerms) -> None:
    code, name, name_zh = _PLACES[terms.place]
    location_id = add_location(
        session,
        merchant_id=merchant_id,
        code=code,
        kind=terms.place.value,
        name=name,
        name_zh=name_zh,
        country=terms.country,
        priority=_STEP,
    )
    if terms.place is FirstPlace.STORE:
        add_register(
            session,
            merchant_id=merchant_id,
            location_id=location_id,
            name=_TILL,
            name_zh=_TILL_ZH,
            series=_SERIES,
        )


def _accept_trial_payments(
    session: Session, merchant_id: UUID, terms: MerchantTerms, registry: Registry, vault: Vault
) -> None:
    """Let customers pay by what moves no money, on an account of the merchant's own."""
    key = new_token()
    trials = (
        each
        for each in registry.ways_to_pay
        if each.sandbox and each.serves(country=terms.country, currency=terms.currency)
    )
    for rank, manifest in enumerate(trials, start=1):
        given = manifest.read_settings(dict.fromkeys(manifest.secrets, key))
        open_part, sealed_part = manifest.split_settings(given)
        set_up_method(
            session,
            vault=vault,
            merchant_id=merchant_id,
            plugin=manifest.id,
            enabled=True,
            position=rank * _STEP,
            settings=open_part,
            secrets=sealed_part,
        )


def _take_on_trial_carriers(
    session: Session, merchant_id: UUID, terms: MerchantTerms, registry: Registry, vault: Vault
) -> None:
    """Let the packing room book labels with which nothing moves, on an account of its own."""
    for provider in registry.carriers.values():
        manifest = provider.manifest
        if not manifest.sandbox or not manifest.serves(
            country=terms.country, currency=terms.currency
        ):
            continue
        set_up_carrier(
            session,
            vault=vault,
            merchant_id=merchant_id,
            plugin=manifest.id,
            enabled=True,
            settings={},
            secrets=dict.fromkeys(manifest.secrets, new_token()),
        )
