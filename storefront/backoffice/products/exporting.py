"""Product files out, in the dialects that other shops read."""

from flask import Response

from commerce.catalogue.records import Picture
from commerce.imports.dialects import DIALECTS
from commerce.imports.export import export_products
from commerce.imports.queries import default_location
from commerce.kernel.errors import NotFoundError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import own_pictures
from storefront.backoffice.products.importing import as_file


@needs(Permission.VIEW_PRODUCTS)
def export(dialect: str) -> Response:
    """Give every draft and active product as one file."""
    if dialect not in {each.name for each in DIALECTS}:
        raise NotFoundError
    with services().database.reading(current_scope()) as connection:
        content = export_products(
            connection,
            dialect=dialect,
            locale=language(),
            location_id=default_location(connection),
            picture_url=_public_address,
        )
    return as_file(content, f"{current_merchant().slug}-{dialect}.csv")


def _public_address(picture: Picture) -> str:
    return f"{services().settings.public_url}{own_pictures(picture.name)}"
