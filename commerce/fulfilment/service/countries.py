"""Group countries that have the same delivery terms."""

import re
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.fulfilment.errors import CountryGroupedTwiceError, NoCountryError
from commerce.kernel.ids import new_id
from commerce.park.content import bump_content_version

REST_OF_THE_WORLD = "*"
"""Stands for every country that no group names."""

_CODE = re.compile(r"[A-Z]{2}|\*")

_PUT = text("""
INSERT INTO country_group (merchant_id, id, code, name, name_zh)
VALUES (:merchant, :id, :code, :name, :name_zh)
ON CONFLICT (merchant_id, code) DO UPDATE SET name = EXCLUDED.name, name_zh = EXCLUDED.name_zh
RETURNING id
""")

_LEAVE = text("""
DELETE FROM country_group_country
WHERE merchant_id = :merchant AND group_id = :group AND country <> ALL(:countries)
""")

_JOIN = text("""
INSERT INTO country_group_country AS c (merchant_id, id, group_id, country)
SELECT :merchant, id, :group, country
FROM unnest(CAST(:ids AS uuid[]), CAST(:countries AS text[])) AS given (id, country)
ON CONFLICT (merchant_id, country) DO UPDATE SET group_id = c.group_id
RETURNING country, group_id
""")


def put_country_group(
    session: Session,
    *,
    merchant_id: UUID,
    code: str,
    name: str,
    name_zh: str,
    countries: Collection[str],
) -> UUID:
    """Make or change a group of countries (ISO 3166-1, or `*` for the rest); return its id.

    Raises:
        NoCountryError: something else than a code stands among them.
        CountryGroupedTwiceError: a country stands in another group.
    """
    odd = [country for country in countries if not _CODE.fullmatch(country)]
    if odd:
        raise NoCountryError(codes=", ".join(odd))
    group_id: UUID = session.execute(
        _PUT,
        {"merchant": merchant_id, "id": new_id(), "code": code, "name": name, "name_zh": name_zh},
    ).scalar_one()
    wanted = sorted(set(countries))
    members = {"merchant": merchant_id, "group": group_id, "countries": wanted}
    session.execute(_LEAVE, members)
    joined = session.execute(_JOIN, members | {"ids": [new_id() for _ in wanted]}).all()
    elsewhere = sorted(row.country for row in joined if row.group_id != group_id)
    if elsewhere:
        raise CountryGroupedTwiceError(countries=", ".join(elsewhere))
    bump_content_version(session, merchant_id=merchant_id)
    return group_id
