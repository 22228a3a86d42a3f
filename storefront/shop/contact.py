"""Who buys and where it goes: the few fields of the checkout, by the country's own format."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from commerce.customers.addresses import Address, clean_address
from commerce.customers.emails import email_typed
from commerce.customers.errors import AddressFaultError, PhoneNumberError
from commerce.customers.form import FormField, Places, address_form, places_in
from commerce.customers.phones import phone_in_groups, phone_number
from commerce.kernel.mail import MailAddressError
from commerce.kernel.typed import plain_words
from commerce.web.faults import say

_LONGEST_EMAIL = 254
_LONGEST_NAME = 100
# Couriers in mainland China call before they come, and take no parcel without a number.
_CALLED = frozenset({"CN"})
_WORTH_ASKING = frozenset({"phone"})
# Parcels in mainland China are sorted by district, whatever the postal format calls optional.
_SORTED_BY_DISTRICT = frozenset({"CN"})


@dataclass(frozen=True, slots=True)
class ContactForm:
    """The fields to show at once, and those that fold away because few need them."""

    country: str
    main: tuple[FormField, ...]
    more: tuple[FormField, ...]
    phone_required: bool
    in_steps: bool
    """Whether a province brings the list of its towns."""


@dataclass(frozen=True, slots=True)
class Contact:
    """What was typed, checked: an address is None where nothing travels."""

    email: str
    address: Address | None
    name: str = ""
    """Who picks it up or is served."""
    phone: str = ""

    @property
    def kept(self) -> dict[str, Any]:
        """What a cart keeps of whom it is for: the address, else the name and telephone alone."""
        if self.address is not None:
            return self.address.as_json()
        return {"name": self.name, "phone": self.phone}


def contact_form(country: str, *, language: str, typed: Mapping[str, str]) -> ContactForm:
    """Return the address fields of `country`, with lists that follow what was typed."""
    form = address_form(
        country, language=language, region=typed.get("region", ""), city=typed.get("city", "")
    )
    asked = _WORTH_ASKING | ({"district"} if country in _SORTED_BY_DISTRICT else set())
    main = tuple(field for field in form.fields if field.required or field.name in asked)
    return ContactForm(
        country=country,
        main=main,
        more=tuple(field for field in form.fields if field not in main),
        phone_required=country in _CALLED,
        in_steps=form.in_steps,
    )


def settle_places(typed: Mapping[str, str], country: str) -> dict[str, str]:
    """Return what was typed with province, town and district as the lists of `country` call them.

    `was_region` and `was_city` are what the lists on the page hung on.
    """
    before = Places(typed.get("was_region", ""), typed.get("was_city", ""), "")
    named = Places(typed.get("region", ""), typed.get("city", ""), typed.get("district", ""))
    places = places_in(country, typed=named, before=before)
    found = {"region": places.region, "city": places.city, "district": places.district}
    return {**typed, **{name: value for name, value in found.items() if name in typed}}


def read_contact(
    typed: Mapping[str, str], *, country: str, language: str, travels: bool
) -> tuple[Contact | None, dict[str, str]]:
    """Return what was typed, checked, or the sentence for each field at fault."""
    faults: dict[str, str] = {}
    email = typed.get("email", "").strip()
    try:
        email = email_typed(email)
    except MailAddressError:
        faults["email"] = _("Enter an e-mail address, such as name@example.com.")
    if len(email) > _LONGEST_EMAIL:
        faults["email"] = _("This e-mail address is too long.")
    address = None
    if travels:
        try:
            address = clean_address(
                typed_address(typed, country),
                language=language,
                phone_required=country in _CALLED,
            )
        except AddressFaultError as error:
            for problem in error.problems:
                name = problem.pointer.removeprefix("/")
                faults.setdefault(name, say(problem.template, problem.params))
        return (None if faults else Contact(email, address)), faults
    name = " ".join(plain_words(typed.get("name", "")).split())
    if not name:
        faults["name"] = _("Enter your full name.")
    elif len(name) > _LONGEST_NAME:
        faults["name"] = _("This name is too long.")
    phone = typed.get("phone", "").strip()
    try:
        phone = phone_number(phone, country=country) if phone else ""
    except PhoneNumberError as error:
        faults["phone"] = say(error.template, error.params)
    return (None if faults else Contact(email, None, name, phone)), faults


def summary_of(faults: Mapping[str, str], form: ContactForm) -> list[dict[str, str]]:
    """Return the sentences of `faults` from the top of the form to its bottom."""
    asked = ["country", "delivery", "email", *(field.name for field in form.main), "lines2"]
    asked += [field.name for field in form.more]
    places = {name: place for place, name in enumerate(asked)}
    return [
        {"field": name, "message": faults[name]}
        for name in sorted(faults, key=lambda name: places.get(name, len(places)))
    ]


def typed_address(typed: Mapping[str, str], country: str) -> Address:
    """Return the address as it was typed, unchecked."""
    return Address(
        country=country,
        name=typed.get("name", ""),
        lines=(typed.get("lines", ""), typed.get("lines2", "")),
        organisation=typed.get("organisation", ""),
        district=typed.get("district", ""),
        city=typed.get("city", ""),
        region=typed.get("region", ""),
        postcode=typed.get("postcode", ""),
        phone=typed.get("phone", ""),
    )


def typed_from(address: Mapping[str, object] | None) -> dict[str, str]:
    """Return a kept address as if it had been typed."""
    if address is None:
        return {}
    typed = {name: str(value) for name, value in address.items() if isinstance(value, str)}
    lines = address.get("lines")
    if isinstance(lines, list):
        padded = [*lines, "", ""]
        typed |= {"lines": str(padded[0]), "lines2": str(padded[1])}
    return {**typed, "phone": phone_in_groups(typed.get("phone"))}
