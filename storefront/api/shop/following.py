"""Follow: the order as its shopper reads it, and the address forms of the world."""

from flask import Response

from commerce.customers.form import AddressForm, address_form
from commerce.kernel.errors import NotFoundError
from commerce.park.permissions import ApiScope
from commerce.web.identity import api_key, current_scope
from commerce.web.languages import language
from commerce.web.services import services
from storefront.api.answers import answer, shelf_answer
from storefront.api.interface import Interface, shelf, shopper_tag
from storefront.api.orders import shopper_content
from storefront.api.shapes.catalogue import AddressFormAsked, AddressFormShape, CountryPlace
from storefront.api.shapes.order import OrderTokenPlace, ShopperOrderShape
from storefront.api.shop.paying import order_of

_TAG = shopper_tag()


def add_to(interface: Interface) -> None:
    """Add what shoppers look up."""
    interface.view_to(
        "GET",
        "/shop/orders/<token>",
        tag=_TAG,
        answers={200: ShopperOrderShape},
        refuses=[NotFoundError],
    )(read_shop_order)
    interface.view_to(
        "GET",
        "/shop/address-forms/<country>",
        tag=_TAG,
        answers=shelf(AddressFormShape),
        refuses=[NotFoundError],
    )(read_address_form)


@api_key(ApiScope.SHOP)
def read_shop_order(path: OrderTokenPlace) -> Response:
    """Read an order with its lines, payments and timeline."""
    with services().database.reading(current_scope()) as connection:
        content = shopper_content(connection, order_of(connection, path.token))
    return answer(content)


@api_key(ApiScope.SHOP)
def read_address_form(path: CountryPlace, query: AddressFormAsked) -> Response:
    """Read which fields the addresses of a country have, and which are needed."""
    try:
        form = address_form(path.country, language=language(), region=query.region, city=query.city)
    except ValueError as error:
        raise NotFoundError from error
    return shelf_answer(_content(form))


def _content(form: AddressForm) -> dict[str, object]:
    return {
        "country": form.country,
        "fields": [
            {
                "name": field.name,
                "label": field.label,
                "required": field.required,
                "example": field.example,
                "choices": [{"key": key, "name": name} for key, name in field.choices],
            }
            for field in form.fields
        ],
    }
