"""What the worker needs to run processes: the same parts as the web server, and the mail's."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import cast

from commerce.catalogue.process import read_documents_anew, set_statuses_of_all, shrink_pictures
from commerce.checkout.process import (
    confirm_order,
    refund_payment,
    remind_pickup,
    tell_cancelled,
    tell_departure,
    tell_ready,
    tell_refund,
)
from commerce.checkout.process.carts import forget_left_carts
from commerce.checkout.process.confirm import Mailers
from commerce.checkout.process.pickups import look_after_pickups
from commerce.checkout.process.remind import remind_of_unpaid_orders, tell_unpaid
from commerce.checkout.process.returns import ReturnMailers, tell_return
from commerce.checkout.process.short import find_goods_for_the_robbed
from commerce.checkout.process.sweep import expire_holds, reconcile_payments
from commerce.checkout.process.unpaid import end_unpaid_orders
from commerce.fulfilment.labels.process import (
    book_label,
    forget_old_papers,
    give_back,
    reconcile_labels,
)
from commerce.fulfilment.process import set_due_hours
from commerce.imports.fetching import Fetchers, fetch_pictures
from commerce.imports.pictures import ImageFetcher
from commerce.imports.process import look_at_file, run_import, take_import_back
from commerce.imports.tidying import remove_old_uploads
from commerce.inventory.process import expire_due_lots
from commerce.kernel.database import Database
from commerce.kernel.durable import Durable, Process, Work
from commerce.kernel.mail import mailer_of
from commerce.kernel.settings import Settings
from commerce.kernel.vault import Vault
from commerce.ledger.process import collect_settlement, reconcile_settlements
from commerce.mail.process import send_mail
from commerce.mail.sending import Postman
from commerce.mail.tidying import forget_old_letters
from commerce.migrations.tables import know_every_table
from commerce.park.process import forget_expired
from commerce.pricing.process import convert_due_lists
from commerce.registers.process import complete_paid_sales
from commerce.web.mails import OrderLetters, ReturnLetters
from commerce.web.parts import shared_parts
from commerce.web.process import end_old_answers

PROCESSES: tuple[Process, ...] = (
    book_label,
    collect_settlement,
    complete_paid_sales,
    confirm_order,
    convert_due_lists,
    end_old_answers,
    end_unpaid_orders,
    expire_due_lots,
    expire_holds,
    fetch_pictures,
    find_goods_for_the_robbed,
    forget_expired,
    forget_left_carts,
    forget_old_letters,
    forget_old_papers,
    give_back,
    look_after_pickups,
    look_at_file,
    read_documents_anew,
    reconcile_labels,
    reconcile_payments,
    reconcile_settlements,
    refund_payment,
    remind_of_unpaid_orders,
    remind_pickup,
    remove_old_uploads,
    run_import,
    send_mail,
    set_statuses_of_all,
    set_due_hours,
    shrink_pictures,
    take_import_back,
    tell_cancelled,
    tell_departure,
    tell_ready,
    tell_refund,
    tell_return,
    tell_unpaid,
)
"""Everything that a worker can run."""


@contextmanager
def open_workshop(settings: Settings, database_url: str) -> Iterator[Work]:
    """Give what processes work with, as long as the block runs."""
    know_every_table()
    database = Database(database_url, connections=6, name="quayside worker")
    shared = shared_parts(settings, database)
    letters = OrderLetters(database, shared[Durable], settings.public_url, shared[Vault])
    parts = shared.also(
        Fetchers(_image_fetcher()),
        Mailers(letters),
        ReturnMailers(ReturnLetters(database, shared[Durable], settings.public_url)),
        Postman(database, mailer_of(settings), settings.mail_from, shared[Vault]),
    )
    yield Work(database=database, settings=settings, parts=parts)
    database.close()


def _image_fetcher() -> ImageFetcher:
    """Return what fetches pictures from the web; the business itself has no network."""
    (point,) = entry_points(group="quayside.image_fetcher")
    return cast("ImageFetcher", point.load()())
