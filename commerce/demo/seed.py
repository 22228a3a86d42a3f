"""Fill an empty installation with the demo park, and greet whoever started it.

The fill is a row of steps, each one transaction with its own line in the security log: a fill that
was killed goes on at the first step that is missing, and a finished one is never done again.
"""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.catalogue.images import media_folder
from commerce.demo.content import Merchant, PastOrder, generate_past_orders, load_park
from commerce.demo.greeting import DOCUMENTED, Fill, address_of, fill_of
from commerce.demo.seeding import steps
from commerce.demo.seeding.agenda import Agenda
from commerce.demo.seeding.bargains import open_bargains
from commerce.demo.seeding.cast import gather
from commerce.demo.seeding.counter_past import TillPast
from commerce.demo.seeding.illustrations import hang_drawings, keep_drawings
from commerce.demo.seeding.logins import (
    account_holder,
    demo_password,
    is_private,
)
from commerce.demo.seeding.people import fingerprints, found_park, give_pins, staff_named
from commerce.demo.seeding.places import accept_payments, open_places, take_on_carrier
from commerce.demo.seeding.presents import give_presents
from commerce.demo.seeding.scale import enlarge
from commerce.demo.seeding.shelves import fill_shelves
from commerce.demo.seeding.stock_rooms import AT, furnish_stock_rooms
from commerce.demo.seeding.tales import keep_landscapes, state_policies, tell_tales
from commerce.demo.seeding.web_past import WebPast, open_shopper_account
from commerce.kernel.clock import travelling, utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.settings import Settings
from commerce.kernel.vault import Vault
from commerce.migrations.tables import know_every_table
from commerce.park.password_rules import FreshPassword
from commerce.park.queries.merchants import find_merchant

Tell = Callable[[str], None]

DAYS = 60
"""How far back the demo's trade goes."""

_FOUNDED_BEFORE = timedelta(days=DAYS + 1)


def fill_if_empty(settings: Settings, *, tell: Tell = print) -> bool:
    """Fill an installation that has neither merchants nor staff, or finish an interrupted fill.

    `settings.database_url` must name a migrated database. Returns whether the demo park is there;
    an installation with people of its own is left alone.
    """
    know_every_table()
    with closing(Database(address_of(settings), connections=2, name="quayside demo")) as database:
        with database.reading(Scope.park()) as connection:
            state = fill_of(connection)
        if state is Fill.STANDS_OPEN:
            _Fill(settings, database, tell).run()
    return state is not Fill.OTHERS_LIVE_HERE


def enlarge_catalogue(settings: Settings, *, count: int, tell: Tell = print) -> int:
    """Add synthetic products 1 to `count` to the demo's first merchant; return how many were new.

    Raises:
        UnknownMerchantError: this installation has no demo park.
    """
    know_every_table()
    merchant = load_park().merchant[0]
    with closing(Database(address_of(settings), connections=2, name="quayside demo")) as database:
        with database.reading(Scope.park()) as connection:
            merchant_id = find_merchant(connection, slug=merchant.slug).id
        return enlarge(
            database,
            merchant=merchant,
            merchant_id=merchant_id,
            count=count,
            folder=media_folder(settings.var, merchant_id),
            tell=tell,
        )


class _Fill:
    """One run of the steps that are still missing."""

    def __init__(self, settings: Settings, database: Database, tell: Tell) -> None:
        self._settings = settings
        self._database = database
        self._tell = tell
        self._vault = Vault(settings.secret)
        self._park = load_park()
        self._now = utc_now()
        self._founded_at = self._now - _FOUNDED_BEFORE

    def run(self) -> None:
        is_documented = is_private(self._settings)
        with self._database.reading(Scope.park()) as connection:
            founded = steps.noted(connection, steps.FOUNDED)
        if founded is not None:
            is_documented = founded["password"] == DOCUMENTED
        password = FreshPassword(demo_password(self._settings, is_documented=is_documented))
        self._found(password, is_documented=is_documented)
        for merchant in self._park.merchant:
            with self._database.reading(Scope.park()) as connection:
                merchant_id = find_merchant(connection, slug=merchant.slug).id
            self._stock(merchant, merchant_id)
            self._illustrate(merchant, merchant_id)
            self._tell_tales(merchant, merchant_id)
            self._promote(merchant, merchant_id)
        # One recipe for all: it is made for the moment of this run, whichever step it begins with.
        past = generate_past_orders(self._park, until=self._now, days=DAYS)
        for merchant in self._park.merchant:
            mine = [order for order in past if order.merchant == merchant.slug]
            self._trade(merchant, mine, password)
        with self._database.transaction(Scope.park()) as session:
            if _is_missing(session, steps.COMPLETED):
                steps.note(session, steps.COMPLETED)

    def _found(self, password: FreshPassword, *, is_documented: bool) -> None:
        with self._database.transaction(Scope.park()) as session:
            if not _is_missing(session, steps.FOUNDED):
                return
            self._tell("demo park: merchants and people")
            with travelling(self._founded_at):
                found_park(session, park=self._park, password=password, now=self._founded_at)
            facts = {"password": DOCUMENTED if is_documented else "derived"}
            steps.note(session, steps.FOUNDED, facts=facts)

    def _stock(self, merchant: Merchant, merchant_id: UUID) -> None:
        prints = fingerprints(self._vault, merchant=merchant, merchant_id=merchant_id)
        with self._database.transaction(Scope.merchant(merchant_id)) as session:
            if not _is_missing(session, steps.STOCKED, merchant_id):
                return
            self._tell(f"demo park: {merchant.en}, {len(merchant.product)} products")
            with travelling(self._founded_at):
                give_pins(session, merchant_id=merchant_id, prints=prints, now=self._founded_at)
                open_places(session, merchant_id=merchant_id, park=self._park, merchant=merchant)
                accept_payments(
                    session,
                    merchant_id=merchant_id,
                    vault=self._vault,
                    has_tills=bool(merchant.register),
                )
                take_on_carrier(session, merchant_id=merchant_id, vault=self._vault)
                fill_shelves(session, merchant_id=merchant_id, park=self._park, merchant=merchant)
            steps.note(session, steps.STOCKED, merchant_id=merchant_id)

    def _illustrate(self, merchant: Merchant, merchant_id: UUID) -> None:
        with self._database.reading(Scope.merchant(merchant_id)) as connection:
            if steps.noted(connection, steps.ILLUSTRATED, merchant_id=merchant_id) is not None:
                return
        self._tell(f"demo park: {merchant.en}, drawings")
        drawings = keep_drawings(merchant, folder=media_folder(self._settings.var, merchant_id))
        with self._database.transaction(Scope.merchant(merchant_id)) as session:
            if _is_missing(session, steps.ILLUSTRATED, merchant_id):
                hang_drawings(session, merchant_id=merchant_id, drawings=drawings)
                steps.note(session, steps.ILLUSTRATED, merchant_id=merchant_id)

    def _tell_tales(self, merchant: Merchant, merchant_id: UUID) -> None:
        with self._database.transaction(Scope.park()) as session:
            owner = staff_named(session, _owner(merchant))
        with self._database.reading(Scope.merchant(merchant_id)) as connection:
            if steps.noted(connection, steps.TOLD, merchant_id=merchant_id) is not None:
                return
        stories = keep_landscapes(merchant, folder=media_folder(self._settings.var, merchant_id))
        with self._database.transaction(Scope.merchant(merchant_id)) as session:
            if _is_missing(session, steps.TOLD, merchant_id):
                tell_tales(
                    session,
                    merchant_id=merchant_id,
                    stories=stories,
                    actor_id=owner,
                    now=self._founded_at,
                )
                state_policies(
                    session,
                    merchant_id=merchant_id,
                    merchant=merchant,
                    actor_id=owner,
                    now=self._founded_at,
                )
                steps.note(session, steps.TOLD, merchant_id=merchant_id)

    def _promote(self, merchant: Merchant, merchant_id: UUID) -> None:
        with self._database.transaction(Scope.merchant(merchant_id)) as session:
            if _is_missing(session, steps.PROMOTED, merchant_id):
                with travelling(self._founded_at):
                    open_bargains(
                        session, merchant_id=merchant_id, merchant=merchant, now=self._now
                    )
                steps.note(session, steps.PROMOTED, merchant_id=merchant_id)

    def _trade(self, merchant: Merchant, past: list[PastOrder], password: FreshPassword) -> None:
        with self._database.transaction(Scope.park()) as session:
            merchant_id = find_merchant(session, slug=merchant.slug).id
            staff = {each.email: staff_named(session, each.email) for each in merchant.staff}
        with self._database.transaction(Scope.merchant(merchant_id)) as session:
            if not _is_missing(session, steps.TRADED, merchant_id):
                return
            self._tell(f"demo park: {merchant.en}, {len(past)} orders of {DAYS} days")
            cast = gather(session, merchant_id=merchant_id, merchant=merchant, staff=staff)
            agenda = Agenda(self._now)
            chance = Random(merchant.slug)  # noqa: S311 - the same past every time
            TillPast(cast, agenda, chance).plan([o for o in past if o.channel == "till"])
            WebPast(cast, agenda, _dispatcher(merchant)).plan(
                [o for o in past if o.channel == "web"]
            )
            agenda.live()
            shopper = account_holder(self._park, merchant)
            open_shopper_account(cast, shopper=shopper, password=password)
            if merchant.slug == AT:
                owner = staff[_owner(merchant)]
                give_presents(cast, vault=self._vault, shopper=shopper, actor_id=owner)
                furnish_stock_rooms(cast, merchant=merchant, now=self._now)
            steps.note(session, steps.TRADED, merchant_id=merchant_id)


def _is_missing(session: Session, step: str, merchant_id: UUID | None = None) -> bool:
    """Wait for a fill that is at work elsewhere, and return whether the step is still to be done."""
    steps.queue_up(session)
    return steps.noted(session, step, merchant_id=merchant_id) is None


def _owner(merchant: Merchant) -> str:
    return next(member.email for member in merchant.staff if member.role == "owner")


def _dispatcher(merchant: Merchant) -> str:
    return next(member.email for member in merchant.staff if member.role == "fulfilment")
