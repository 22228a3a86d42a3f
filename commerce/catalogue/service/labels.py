"""How filters and their values are called."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from commerce.catalogue.facets import tag_facet
from commerce.catalogue.records import Names
from commerce.catalogue.service.documents import read_anew
from commerce.catalogue.service.statements import PUT_LABEL
from commerce.kernel.ids import new_id
from commerce.park.content import bump_content_version

_TAGGED = text("SELECT id FROM product WHERE merchant_id = :merchant AND :tag = ANY(tags)")


def name_tag(session: Session, *, merchant_id: UUID, tag: str, names: Names) -> None:
    """Say how a tag is called in each language; `material:silk` is the value silk of material.

    Its products are found by these names from now on.
    """
    labels = {(tag_facet(tag), locale): name for locale, name in names.items()}
    connection = session.connection()
    put_labels(connection, merchant_id=merchant_id, labels=labels)
    tagged = connection.execute(_TAGGED, {"merchant": merchant_id, "tag": tag}).scalars().all()
    read_anew(session, merchant_id=merchant_id, product_ids=tagged)
    bump_content_version(session, merchant_id=merchant_id)


def name_tag_group(session: Session, *, merchant_id: UUID, group: str, names: Names) -> None:
    """Say how the filter of all tags written `group:...` is called in each language."""
    labels = {(f"tag:{group}", locale): name for locale, name in names.items()}
    put_labels(session.connection(), merchant_id=merchant_id, labels=labels)
    bump_content_version(session, merchant_id=merchant_id)


def put_labels(
    connection: Connection, *, merchant_id: UUID, labels: Mapping[tuple[str, str], str]
) -> None:
    """Keep the labels of filters, given as {(key, locale): label}, over those that exist."""
    rows = [
        {"merchant_id": merchant_id, "id": new_id(), "key": key, "locale": locale, "label": label}
        # In one order everywhere, so that two imports never wait for each other in a circle.
        for (key, locale), label in sorted(labels.items())
    ]
    if rows:
        connection.execute(PUT_LABEL, rows)
