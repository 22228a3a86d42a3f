"""Open and end price lists."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import FieldProblem
from commerce.kernel.ids import new_id
from commerce.kernel.money import minor_digits
from commerce.park.content import bump_content_version
from commerce.park.queries.merchants import get_merchant
from commerce.pricing.errors import (
    PriceListExistsError,
    PriceListShapeError,
    UnknownPriceListError,
)
from commerce.pricing.queries.lists import base_list, price_list
from commerce.pricing.rows import PriceEnding, PriceListRow
from commerce.pricing.service.derive import derive_all

BASE_CODE = "base"

_OPEN = text("""
INSERT INTO price_list (merchant_id, id, code, name, name_zh, currency, channel, is_base,
                        includes_tax, valid_from, valid_to, derived_from,
                        ending_step_minor, ending_minor)
VALUES (:merchant, :id, :code, :name, :name_zh, :currency, :channel, :is_base,
        :includes_tax, :valid_from, :valid_to, :derived_from, :ending_step, :ending_minor)
ON CONFLICT DO NOTHING
RETURNING id
""")

_END = text("""
UPDATE price_list SET valid_to = :at
WHERE merchant_id = :merchant AND id = :id AND NOT is_base AND valid_from < :at
RETURNING id
""")


def open_base_list(session: Session, *, merchant_id: UUID) -> PriceListRow:
    """Return the merchant's base list, opened in its own currency when there is none yet.

    Raises:
        UnknownMerchantError: there is no such merchant in this scope.
    """
    found = base_list(session, merchant_id=merchant_id)
    if found is None:
        merchant = get_merchant(session, merchant_id=merchant_id)
        _insert(
            session,
            merchant_id=merchant_id,
            code=BASE_CODE,
            name="Base prices",
            name_zh="基准价",
            currency=merchant.currency,
            is_base=True,
            includes_tax=merchant.prices_include_tax,
        )
        found = base_list(session, merchant_id=merchant_id)
    if found is None:  # a list of another kind is called "base"
        raise PriceListExistsError(list_code=BASE_CODE)
    return found


def create_price_list(
    session: Session,
    *,
    merchant_id: UUID,
    code: str,
    name: str,
    name_zh: str,
    currency: str,
    includes_tax: bool,
    channel: Channel | None = None,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    derived_from: UUID | None = None,
    ending: PriceEnding | None = None,
) -> PriceListRow:
    """Open a further price list; one that is derived is filled at once.

    `valid_to` is the first moment (UTC) at which it no longer counts. `ending` is how converted
    prices end, and only a derived list has one.

    Raises:
        PriceListExistsError: the code is taken.
        PriceListShapeError: the settings contradict each other.
        UnknownPriceListError: there is no list to derive from.
        UnknownCurrencyError: `currency` is not an ISO 4217 code.
        NoExchangeRateError: prices are to be converted and no rate is known.
    """
    minor_digits(currency)
    valid_from = valid_from or utc_now()
    _check_shape(valid_from, valid_to, derived_from, ending)
    if derived_from is not None:
        _check_source(price_list(session, price_list_id=derived_from), currency)
    list_id = _insert(
        session,
        merchant_id=merchant_id,
        code=code,
        name=name,
        name_zh=name_zh,
        currency=currency,
        includes_tax=includes_tax,
        channel=channel,
        valid_from=valid_from,
        valid_to=valid_to,
        derived_from=derived_from,
        ending=ending,
    )
    if list_id is None:
        raise PriceListExistsError(list_code=code)
    opened = price_list(session, price_list_id=list_id)
    if derived_from is not None:
        derive_all(session, merchant_id=merchant_id, target=opened)
        bump_content_version(session, merchant_id=merchant_id)
    return opened


def end_price_list(
    session: Session, *, merchant_id: UUID, price_list: UUID, at: datetime | None = None
) -> None:
    """Let a list no longer count from the moment `at` (UTC; now) on. The base list never ends.

    Raises:
        UnknownPriceListError: there is no such list, it is the base, or it had not begun.
    """
    ended = session.execute(
        _END, {"merchant": merchant_id, "id": price_list, "at": at or utc_now()}
    ).one_or_none()
    if ended is None:
        raise UnknownPriceListError
    bump_content_version(session, merchant_id=merchant_id)


def _check_shape(
    valid_from: datetime,
    valid_to: datetime | None,
    derived_from: UUID | None,
    ending: PriceEnding | None,
) -> None:
    if valid_to is not None and valid_to <= valid_from:
        raise _misshapen("/valid_to", "ends-first", "The list must end after it begins.")
    if ending is None:
        return
    if derived_from is None:
        raise _misshapen(
            "/ending", "not-derived", "Only a list that is derived from another has an ending."
        )
    if not 0 <= ending.minor < ending.step:
        raise _misshapen(
            "/ending", "beyond-step", "The ending must lie within its step, such as 90 of 100."
        )


def _check_source(source: PriceListRow, currency: str) -> None:
    if source.derived_from is not None:
        raise _misshapen(
            "/derived_from",
            "derived-twice",
            "Derive from the list in which the prices are set by hand.",
        )
    if source.currency == currency:
        raise _misshapen(
            "/currency", "same-currency", "A derived list is in another currency than its source."
        )


def _misshapen(pointer: str, code: str, template: str) -> PriceListShapeError:
    return PriceListShapeError(FieldProblem(pointer=pointer, code=code, template=template))


def _insert(
    session: Session,
    *,
    merchant_id: UUID,
    code: str,
    name: str,
    name_zh: str,
    currency: str,
    includes_tax: bool,
    is_base: bool = False,
    channel: Channel | None = None,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    derived_from: UUID | None = None,
    ending: PriceEnding | None = None,
) -> UUID | None:
    row = session.execute(
        _OPEN,
        {
            "merchant": merchant_id,
            "id": new_id(),
            "code": code,
            "name": name,
            "name_zh": name_zh,
            "currency": currency,
            "channel": None if channel is None else str(channel),
            "is_base": is_base,
            "includes_tax": includes_tax,
            # A base list counts for the whole past, so that old orders can be reckoned again.
            "valid_from": valid_from or datetime.fromisoformat("2000-01-01T00:00:00+00:00"),
            "valid_to": valid_to,
            "derived_from": derived_from,
            "ending_step": ending.step if ending else None,
            "ending_minor": ending.minor if ending else None,
        },
    ).one_or_none()
    return None if row is None else row.id
