"""What things cost before: the prior price that an announced reduction has to name."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.channel import Channel
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.pricing.rows import PriorPrice

PRIOR_DAYS = timedelta(days=30)

LOOK_BACK = timedelta(days=210)
"""How far the log is read: thirty days before a reduction that has been on for half a year. What has
cost the same for longer is no reduction any more, and nothing is said about it."""

# Each price with the while in which it stood in a list that counted; whenever one begins or ends,
# another may count, by the same rules as in `prices_for`.
_APPLIED = Statement("""
WITH change AS (
  SELECT variant_id, price_list_id, amount_minor, at,
    lead(at) OVER (PARTITION BY variant_id, price_list_id ORDER BY at, id) AS until
  FROM price_change
  WHERE variant_id = ANY(:variants) AND currency = :currency AND at <= :at
), span AS (
  SELECT c.variant_id, c.amount_minor, l.id AS list_id, l.valid_from AS list_from,
    l.valid_to IS NULL AS lasting, l.channel IS NULL AS anywhere,
    GREATEST(c.at, l.valid_from) AS starts, LEAST(c.until, l.valid_to) AS ends
  FROM change c JOIN price_list l ON l.id = c.price_list_id
  WHERE c.amount_minor IS NOT NULL AND (l.channel IS NULL OR l.channel = :channel)
    AND l.valid_from <= :at
    AND (LEAST(c.until, l.valid_to) IS NULL OR LEAST(c.until, l.valid_to) > GREATEST(
      c.at, l.valid_from, :horizon))
), moment AS (
  SELECT variant_id, GREATEST(starts, :horizon) AS starts FROM span
  UNION
  SELECT variant_id, ends FROM span WHERE ends <= :at
)
SELECT m.variant_id, m.starts, s.amount_minor
FROM moment m LEFT JOIN LATERAL (
  SELECT amount_minor FROM span s
  WHERE s.variant_id = m.variant_id AND s.starts <= m.starts
    AND (s.ends IS NULL OR s.ends > m.starts)
  ORDER BY s.lasting, s.anywhere, s.list_from DESC, s.list_id DESC LIMIT 1
) s ON true
ORDER BY m.variant_id, m.starts
""")


def lowest_of_30_days(
    connection: Connection | Session,
    *,
    variant_ids: Iterable[UUID],
    currency: str,
    channel: Channel | str,
    at: datetime,
    reduced_from: datetime | None = None,
) -> Mapping[UUID, PriorPrice]:
    """Return the lowest price of the 30 days before the present price of each variant began.

    Whoever announces a price reduction in the European Union has to name the prior price, which is
    "the lowest price applied by the trader during a period of time not shorter than 30 days prior to
    the application of the price reduction": Directive 98/6/EC, article 6a (1) and (2), inserted by
    article 2 of Directive (EU) 2019/2161. The shorter period that a member state may allow for goods
    that are on the market for less than 30 days (paragraph 4) shows by `known_since`; the first of
    several reductions in a row (paragraph 5) is not looked for, each is held against its own 30 days.

    The prices are those of lists, for one currency and channel, as `prices_for` would have told them
    then. A promotion that reduces a price without a condition passes its first moment as
    `reduced_from`; what earlier promotions made of a price is not in the log. Of lists that were
    ended since, the end that they have today counts. A variant whose price has no predecessor, or
    began longer than `LOOK_BACK` ago, is left out: nothing may be announced about it.
    """
    rows = _APPLIED.all(
        connection,
        {
            "variants": list(variant_ids),
            "currency": currency,
            "channel": str(channel),
            "at": at,
            "horizon": at - LOOK_BACK,
        },
    )
    found: dict[UUID, PriorPrice] = {}
    for variant_id, applied in groupby(rows, key=lambda row: row.variant_id):
        prior = _prior(list(applied), currency, reduced_from)
        if prior is not None:
            found[variant_id] = prior
    return found


def _prior(
    applied: Sequence[Any], currency: str, reduced_from: datetime | None
) -> PriorPrice | None:
    """Read one variant's prices, oldest first; each counts until the next begins."""
    present = applied[-1].amount_minor
    if present is None:
        return None
    first = len(applied) - 1
    while first and applied[first - 1].amount_minor == present:
        first -= 1
    before = reduced_from or applied[first].starts
    ends = [row.starts for row in applied[1:]]
    window = [
        row
        for row, end in zip(applied, [*ends, None], strict=True)
        if row.amount_minor is not None
        and row.starts < before
        and (end is None or end > before - PRIOR_DAYS)
    ]
    if not window:
        return None
    lowest = min(row.amount_minor for row in window)
    return PriorPrice(
        variant_id=applied[0].variant_id,
        amount=Money(lowest, currency),
        present=Money(present, currency),
        before=before,
        known_since=window[0].starts,
    )
