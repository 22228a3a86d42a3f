"""What happens to labels after the commit: booked, printed, given back, followed; exactly once."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from commerce.fulfilment.errors import CarrierUnavailableError
from commerce.fulfilment.labels.asking import record_booked, record_refused, try_booking
from commerce.fulfilment.labels.following import take_in_scans
from commerce.fulfilment.labels.gateway import CarrierGateway
from commerce.fulfilment.labels.giving_back import (
    forget_papers_before,
    record_given_back,
    record_kept,
    try_giving_back,
)
from commerce.fulfilment.labels.papers import fetch_paper
from commerce.fulfilment.labels.queries import (
    label_by_id,
    unheard_parcels,
    unsettled_labels,
)
from commerce.fulfilment.labels.rows import LabelRow, LabelState
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Durable, Process, Work, process, scheduled
from commerce.plugins.carriers import LABEL_NOT_FOUND, BookLabel, LabelFormat
from commerce.plugins.results import ActionRequired, Ok, Pending, Refused
from commerce.plugins.storage import request_from

_log = structlog.get_logger("quayside.labels")

_ASK_AGAIN_SECONDS = (2, 5, 15, 60, 240)
_IN_FLIGHT = timedelta(seconds=30)
"""For so long a booking that was sent may still be on its way to the carrier."""


@process("label.book")
def book_label(work: Work, *, merchant_id: str, label_id: str) -> None:
    """Ask the carrier until it has said yes or no, and fetch what is printed."""
    _insist(work, merchant_id, label_id)
    work.step("print", lambda: _print(work, UUID(merchant_id), UUID(label_id)))


@process("label.give-back")
def give_back(work: Work, *, merchant_id: str, label_id: str) -> None:
    """Ask the carrier to take a label back until it has said yes or no."""
    _insist(work, merchant_id, label_id)


@scheduled("label.reconcile", cron="*/20 * * * * *")
def reconcile_labels(work: Work) -> None:
    """Ask again where a carrier stays silent, give back what nobody wants, ask after lost parcels."""
    now = utc_now()
    with work.database.reading(Scope.park()) as connection:
        unsettled = unsettled_labels(connection, now=now)
        unheard = unheard_parcels(connection, now=now)
    for verb, found in ((_settled, unsettled), (ask_after_parcel, unheard)):
        for merchant_id, label_id in found:
            verb(work, merchant_id, label_id)


@scheduled("label.forget-papers", cron="0 17 3 * * *")
def forget_old_papers(work: Work) -> None:
    """Drop what was printed of parcels that nobody prints again: it holds a name and a street."""
    work.database.run(Scope.park(), partial(forget_papers_before, now=utc_now()))


def start_booking(session: Session, *, durable: Durable, merchant_id: UUID, label_id: UUID) -> None:
    """Let the carrier be asked with the caller's commit, once."""
    _start(session, durable, book_label, merchant_id=merchant_id, label_id=label_id)


def start_giving_back(
    session: Session, *, durable: Durable, merchant_id: UUID, label_id: UUID
) -> None:
    """Let the carrier be asked to take a label back with the caller's commit, once."""
    _start(session, durable, give_back, merchant_id=merchant_id, label_id=label_id)


def _start(
    session: Session, durable: Durable, about: Process, *, merchant_id: UUID, label_id: UUID
) -> None:
    durable.enqueue(
        session,
        about,
        key=str(label_id),
        merchant_id=str(merchant_id),
        label_id=str(label_id),
    )


def settle_label(work: Work, merchant_id: UUID, label_id: UUID) -> bool:
    """Ask the carrier of a label once; return whether nothing is left to be asked."""
    with work.database.reading(Scope.merchant(merchant_id)) as connection:
        label = label_by_id(connection, label_id=label_id)
    if label is not None and label.state is LabelState.ASKED:
        _book(work, merchant_id, label_id)
    if label is not None and label.state is LabelState.CANCELLING:
        _give_back(work, merchant_id, label_id)
    with work.database.reading(Scope.merchant(merchant_id)) as connection:
        label = label_by_id(connection, label_id=label_id)
    return label is None or label.state.settled


def ask_after_parcel(work: Work, merchant_id: UUID, label_id: UUID) -> int:
    """Ask for the scans of a parcel; return how many were new."""
    scope = Scope.merchant(merchant_id)
    with work.database.reading(scope) as connection:
        label = label_by_id(connection, label_id=label_id)
    if label is None or label.state is not LabelState.BOOKED:
        return 0
    try:
        answer = work.part(CarrierGateway).track(merchant_id=merchant_id, label=label)
    except CarrierUnavailableError:
        answer = Ok(())  # nobody can be asked: the next time is as far away as after an answer
    scans = answer.value if isinstance(answer, Ok) else ()
    return work.database.run(
        scope,
        partial(take_in_scans, merchant_id=merchant_id, label_id=label_id, scans=scans),
    )


def _insist(work: Work, merchant_id: str, label_id: str) -> None:
    ids = UUID(merchant_id), UUID(label_id)
    for attempt, pause in enumerate((*_ASK_AGAIN_SECONDS, 0), start=1):
        settled = work.step(f"ask {attempt}", lambda: _settled(work, *ids), attempts=3)
        if settled or pause == 0:
            return  # what is open still is the clock's from now on
        work.sleep(pause)


def _settled(work: Work, merchant_id: UUID, label_id: UUID) -> bool:
    """Ask once; where nobody can be asked it stays open, and is seen in the log."""
    try:
        return settle_label(work, merchant_id, label_id)
    except CarrierUnavailableError as error:
        _log.warning("label_not_settled", label_id=str(label_id), code=error.code)
        return False


def _book(work: Work, merchant_id: UUID, label_id: UUID) -> None:
    label = _run(work, merchant_id, label_id, try_booking)
    if label is None or label.wish is None:
        return
    request = request_from(label.wish, BookLabel)
    gateway = work.part(CarrierGateway)
    try:
        answer = gateway.book(merchant_id=merchant_id, plugin=label.plugin, request=request)
        if isinstance(answer, Pending | ActionRequired):
            # The answer to the request itself never changes: how it ended is asked for.
            answer = gateway.look_up(merchant_id=merchant_id, label=label)
    except CarrierUnavailableError as error:
        if label.attempts > 1:
            raise  # an earlier try may have booked it: somebody must set the carrier up again
        answer = Refused(error.code, error.template)
    match answer:
        case Ok(booked):
            _run(work, merchant_id, label_id, partial(record_booked, booked=booked))
        case Refused():
            _run(work, merchant_id, label_id, partial(record_refused, refused=answer))


def _give_back(work: Work, merchant_id: UUID, label_id: UUID) -> None:
    label = _run(work, merchant_id, label_id, try_giving_back)
    if label is None:
        return
    handle = label.handle or _handle_of_unanswered(work, merchant_id, label)
    if handle is None:
        return
    answer = work.part(CarrierGateway).cancel(merchant_id=merchant_id, label=label, handle=handle)
    match answer:
        case Ok():
            _run(work, merchant_id, label_id, record_given_back)
        case Refused(code=code) if code == LABEL_NOT_FOUND:
            _run(work, merchant_id, label_id, record_given_back)
        case Refused():
            _run(work, merchant_id, label_id, partial(record_kept, refused=answer))


def _handle_of_unanswered(work: Work, merchant_id: UUID, label: LabelRow) -> str | None:
    """Return the carrier's name of a label whose booking nobody answered; None: not (yet) known.

    What never left is void at once; what may be on its way still is waited for.
    """
    if label.sent_at is None:
        _run(work, merchant_id, label.id, record_given_back)
        return None
    if label.sent_at > utc_now() - _IN_FLIGHT:
        return None
    answer = work.part(CarrierGateway).look_up(merchant_id=merchant_id, label=label)
    match answer:
        case Ok(booked):
            _run(work, merchant_id, label.id, partial(record_booked, booked=booked))
            return booked.handle
        case Refused(code=code) if code == LABEL_NOT_FOUND:
            _run(work, merchant_id, label.id, record_given_back)
    return None


def _print(work: Work, merchant_id: UUID, label_id: UUID) -> None:
    """Fetch what is printed while somebody waits for it; else it is fetched when asked for."""
    scope = Scope.merchant(merchant_id)
    with work.database.reading(scope) as connection:
        label = label_by_id(connection, label_id=label_id)
    if label is None or label.state is not LabelState.BOOKED:
        return
    for form in LabelFormat:
        with suppress(CarrierUnavailableError):
            fetch_paper(
                work.part(CarrierGateway),
                work.database,
                merchant_id=merchant_id,
                label=label,
                form=form,
            )


def _run(
    work: Work, merchant_id: UUID, label_id: UUID, verb: Callable[..., LabelRow | None]
) -> LabelRow | None:
    deed = partial(verb, merchant_id=merchant_id, label_id=label_id)
    return work.database.run(Scope.merchant(merchant_id), deed)
