"""The pictures of a product's page, those of the chosen variant first."""

from uuid import UUID

from commerce.catalogue.records import ProductPage, ShownVariant
from storefront.shop.pictures import ShownPicture, shown_picture
from storefront.shop.visit import Visit


def gallery(visit: Visit, page: ProductPage, variant: ShownVariant) -> tuple[ShownPicture, ...]:
    """Return the pictures of the variant first, then those that fit every variant."""
    own = [each for each in page.pictures if each.variant_id == variant.id]
    common = [each for each in page.pictures if each.variant_id is None]
    if not own:
        alike = [each for each in page.pictures if _looks_alike(page, variant, each.variant_id)]
        own = alike[:1] or list(page.pictures[:1])
    rest = [each for each in common if each not in own]
    return tuple(shown_picture(visit.merchant.id, each) for each in (*own, *rest))


def _looks_alike(page: ProductPage, variant: ShownVariant, other: UUID | None) -> bool:
    """Return whether two variants share a choice, such as the colour in two sizes."""
    theirs = next((each.choice for each in page.variants if each.id == other), ())
    return any(a == b for a, b in zip(variant.choice, theirs, strict=False))
