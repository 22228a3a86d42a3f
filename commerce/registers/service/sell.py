"""Begin a sale: price the basket, write the order, take the tenders."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from commerce.inventory.rows import Units
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.money import Money
from commerce.kernel.statements import Insertion, Statement
from commerce.orders.queries import lines_of, order_by_id
from commerce.orders.rows import OrderState
from commerce.orders.service import open_order
from commerce.park.queries.merchants import MerchantCard
from commerce.payments.errors import PaymentMethodUnavailableError
from commerce.payments.queries import method_by_plugin, payments_of
from commerce.payments.rows import PaymentRow
from commerce.payments.rows import Tender as TenderKind
from commerce.payments.service import start_payment, take_cash
from commerce.payments.stored_value.errors import UnknownGiftCardError
from commerce.payments.stored_value.queries import card_by_digest
from commerce.payments.stored_value.service import redeem
from commerce.pricing.promotions.errors import PromotionUsedUpError
from commerce.pricing.promotions.service import use_promotions
from commerce.registers.errors import (
    CashNotTakenError,
    CashRoundingError,
    CommandConflictError,
    OtherCurrencyError,
    OverpaidError,
    SaleNotOpenError,
)
from commerce.registers.facts import priced_for
from commerce.registers.models import TillSale
from commerce.registers.rows import (
    Buyer,
    CardTender,
    CashTender,
    Counter,
    GiftCardTender,
    PricedBasket,
    PricedLine,
    SaleCommand,
    Tender,
    Variance,
    VarianceKind,
)
from commerce.registers.service.draft import draft_of
from commerce.registers.service.sale import SaleAtHand, buyer_at_counter, locked_sale
from commerce.registers.service.shifts import require_open_shift
from commerce.registers.service.variances import note_variance
from commerce.registers.tenders import cash_rules

_INSERT = Insertion(TillSale)


@dataclass(frozen=True, slots=True)
class _Store:
    """Where a register stands."""

    id: UUID
    country: str


_STORE = Statement(
    """
SELECT l.id, l.country
FROM register r JOIN location l ON l.merchant_id = r.merchant_id AND l.id = r.location_id
WHERE r.id = :register
""",
    _Store,
)


def start_sale(
    session: Session, *, merchant: MerchantCard, command: SaleCommand, clerk_id: UUID
) -> SaleAtHand:
    """Write the sale with its tenders; cash is taken at once, a card is only announced.

    The server prices the basket itself; a total that differs from what the customer was shown is
    refused before anything is written. A sale that happened is never refused for a rule: it is
    booked as it was, and each rule that speaks against it is kept as a variance for the merchant
    (`commerce.registers.facts` says which refusal does what). Call `complete_at_hand` next.

    Raises:
        PriceChangedError, PromotionUsedUpError, UnsellableError, DiscountError, OverpaidError, TooLittleCashError,
        CashNotTakenError, CashRoundingError, RegisterClosedError, EmptyOrderError: the sale cannot be made as it is.
        CommandConflictError: an order of another counter has this id.
    """
    if not command.is_fact or not any(line.shown_promotions for line in command.lines):
        return _start(session, merchant, command, clerk_id)
    try:
        with session.begin_nested():
            return _start(session, merchant, command, clerk_id)
    except PromotionUsedUpError:  # somebody took the last use meanwhile: now it is seen to be gone
        return _start(session, merchant, command, clerk_id)


def _start(
    session: Session, merchant: MerchantCard, command: SaleCommand, clerk_id: UUID
) -> SaleAtHand:
    shift = require_open_shift(session, merchant_id=merchant.id, register_id=command.register_id)
    if command.currency != shift.currency:
        raise OtherCurrencyError(currency=shift.currency)
    store = _store(session, command.register_id)
    buyer = buyer_at_counter(session, command.customer_id)
    command = replace(command, customer_id=buyer.customer_id)
    now = utc_now()
    counter = Counter(
        merchant, store.country, command.currency, command.locale, now, buyer, command.codes
    )
    priced, variances = priced_for(session.connection(), counter, command)
    try:
        open_order(
            session,
            merchant_id=merchant.id,
            draft=draft_of(
                command, priced.lines, merchant=merchant, store_id=store.id, clerk_id=clerk_id
            ),
            placed=False,
            order_id=command.id,
        )
    except IntegrityError as error:
        raise CommandConflictError from error
    _INSERT.one(
        session,
        {
            "merchant_id": merchant.id,
            "id": command.id,
            "register_id": command.register_id,
            "shift_id": shift.id,
        },
    )
    if command.is_fact:
        variances = _with_cash(session, command, variances)
    due = Money(command.total_minor, command.currency)
    _take(session, merchant.id, command.id, due, command.tenders, as_fact=command.is_fact)
    _use(session, merchant.id, command, priced, buyer)
    for variance in variances:
        note_variance(
            session,
            merchant_id=merchant.id,
            register_id=command.register_id,
            sale_id=command.id,
            variance=variance,
            sold_at=now - command.waited,
        )
    # A till that was cut off tells how long ago it sold; no clock of its own dates a sale before its shift.
    sold_at = max(now - command.waited, shift.opened_at) if command.is_settled else None
    return replace(_written(session, command.id, priced.lines), sold_at=sold_at)


def _use(
    session: Session, merchant_id: UUID, command: SaleCommand, priced: PricedBasket, buyer: Buyer
) -> None:
    """Count the promotions: late, as who wants the last use of one waits for this transaction."""
    use_promotions(
        session,
        merchant_id=merchant_id,
        order_id=command.id,
        uses=priced.uses,
        code_ids=priced.code_ids,
        email=buyer.email,
    )


def add_tender(session: Session, *, merchant_id: UUID, sale_id: UUID, tender: Tender) -> None:
    """Take a further tender for an open sale, as after a declined card.

    Raises:
        SaleNotOpenError: the sale is completed or abandoned.
        OverpaidError, TooLittleCashError, CashNotTakenError: the tender does not fit.
    """
    order = locked_sale(session, merchant_id, sale_id)
    if order.state is not OrderState.AWAITING_PAYMENT:
        raise SaleNotOpenError
    before = payments_of(session.connection(), order_id=sale_id)
    _take(session, merchant_id, sale_id, order.total, (tender,), before=before)


def _require_method(session: Session, plugin: str) -> None:
    """Refuse a card whose provider the merchant does not use: nobody could ever ask about it."""
    method = method_by_plugin(session.connection(), plugin=plugin)
    if method is None or not method.enabled:
        raise PaymentMethodUnavailableError


def _store(session: Session, register_id: UUID) -> _Store:
    store = _STORE.one_or_none(session, {"register": register_id})
    if store is None:
        raise NotFoundError
    return store


def _written(session: Session, sale_id: UUID, priced: Sequence[PricedLine]) -> SaleAtHand:
    """Return the sale as it stands now; nobody else can see it, so nothing has to be locked."""
    connection = session.connection()
    order = order_by_id(connection, order_id=sale_id)
    if order is None or order.location_id is None:
        raise NotFoundError
    return SaleAtHand(
        order=order,
        lines=lines_of(connection, order_ids=[sale_id]),
        payments=payments_of(connection, order_id=sale_id),
        goods=tuple(
            Units(each.line.variant_id, order.location_id, each.line.quantity)
            for each in priced
            if each.stock_tracked
        ),
    )


def _take(
    session: Session,
    merchant_id: UUID,
    sale_id: UUID,
    due: Money,
    tenders: Sequence[Tender],
    *,
    before: Sequence[PaymentRow] = (),
    as_fact: bool = False,
) -> None:
    """Take cash and gift cards, announce bank cards; together with what came `before` never more than is due."""
    promised = sum(p.amount_minor for p in before if p.state.open or p.captured_minor)
    promised += sum(tender.amount_minor for tender in tenders)
    if promised > due.amount_minor:
        raise OverpaidError(too_much=Money(promised - due.amount_minor, due.currency))
    for position, tender in enumerate(tenders, start=1):
        amount = Money(tender.amount_minor, due.currency)
        match tender:
            case CashTender():
                _refuse_beyond_the_amount(amount, tender)
                closes = position == len(tenders) and promised == due.amount_minor
                if not as_fact:
                    _require_cash(session, amount, tender, closes=closes)
                take_cash(
                    session,
                    merchant_id=merchant_id,
                    order_id=sale_id,
                    amount=amount,
                    tendered=Money(tender.tendered_minor, due.currency),
                    rounding_minor=tender.rounding_minor,
                )
            case CardTender():
                _require_method(session, tender.plugin)
                start_payment(
                    session,
                    merchant_id=merchant_id,
                    order_id=sale_id,
                    plugin=tender.plugin,
                    tender=TenderKind.CARD,
                    amount=amount,
                )
            case GiftCardTender():
                _redeem(session, merchant_id, sale_id, tender.digest, amount)


def _redeem(
    session: Session, merchant_id: UUID, sale_id: UUID, digest: bytes, amount: Money
) -> None:
    """Take an amount off a gift card at once; whoever holds it stands at the counter.

    Raises:
        UnknownGiftCardError, GiftCardBlockedError, GiftCardExpiredError, OtherCurrencyValueError,
        ValueShortError: it cannot pay so much.
    """
    card = card_by_digest(session, digest=digest)
    if card is None:
        raise UnknownGiftCardError
    redeem(session, merchant_id=merchant_id, order_id=sale_id, parts=[(card, amount)])


def _refuse_beyond_the_amount(amount: Money, tender: CashTender) -> None:
    """Refuse a rounding by which the drawer would pay the customer: no coin does that."""
    paid = Money(tender.amount_minor + tender.rounding_minor, amount.currency)
    if paid < Money.zero(amount.currency):
        raise CashRoundingError(now=amount)


def _require_cash(session: Session, amount: Money, tender: CashTender, *, closes: bool) -> None:
    """Refuse cash that the merchant does not take, or that is rounded by another rule."""
    rules = cash_rules(session.connection(), currency=amount.currency)
    if not rules.taken:
        raise CashNotTakenError
    rounding = rules.rounding(amount) if closes else Money.zero(amount.currency)
    if tender.rounding_minor != rounding.amount_minor:
        raise CashRoundingError(now=amount + rounding)


def _with_cash(
    session: Session, command: SaleCommand, found: Sequence[Variance]
) -> tuple[Variance, ...]:
    """Add to what was `found` what the cash of a sale that happened has against the rules of now.

    A sale has one variance of a kind: if its price is another one by now, that tells the coins too.
    """
    rules = cash_rules(session.connection(), currency=command.currency)
    others = [each for each in found if each.kind is not VarianceKind.PRICE]
    prices = [each for each in found if each.kind is VarianceKind.PRICE]
    total, last = command.total_minor, command.tenders[-1]
    if not rules.taken:
        others.append(Variance(VarianceKind.CASH_OFF, {"amount_minor": total}))
    now = rules.rounding(Money(last.amount_minor, command.currency)).amount_minor
    told = sum(each.rounding_minor for each in command.tenders if isinstance(each, CashTender))
    if told != now:
        facts = prices[0].facts if prices else {"now_minor": total + now}
        prices = [Variance(VarianceKind.PRICE, {**facts, "sold_minor": total + told})]
    return (*prices, *others)
