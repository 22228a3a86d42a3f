"""What a till does, by the names its commands carry."""

from collections.abc import Mapping

from pos.deeds.baskets import PARK, RESUME
from pos.deeds.deed import AnyDeed
from pos.deeds.drawer import CASH, CLOSE, DRAWER, OPEN, PAY_BACK
from pos.deeds.hand_over import HAND_OVER, SLIP
from pos.deeds.paper import LETTER, PRINT, PROVISIONAL
from pos.deeds.parts import BEGIN, DECLINE, LAY_BACK, PACK, PICK, REFUSE, SHELVE, SHORT
from pos.deeds.reports import REPORT
from pos.deeds.returns import PRINT_RETURN, RETURN
from pos.deeds.sales import ABANDON, SALE, TENDER, VOID

DEEDS: Mapping[str, AnyDeed] = {
    "sale": SALE,
    "tender": TENDER,
    "abandon": ABANDON,
    "void": VOID,
    "return": RETURN,
    "print-return": PRINT_RETURN,
    "park": PARK,
    "resume": RESUME,
    "open": OPEN,
    "cash": CASH,
    "close": CLOSE,
    "drawer": DRAWER,
    "print": PRINT,
    "provisional": PROVISIONAL,
    "pay-back": PAY_BACK,
    "letter": LETTER,
    "report": REPORT,
    "hand-over": HAND_OVER,
    "refuse-pickup": REFUSE,
    "slip": SLIP,
    "begin-picking": BEGIN,
    "lay-back": LAY_BACK,
    "pick": PICK,
    "pick-short": SHORT,
    "decline": DECLINE,
    "pack": PACK,
    "shelve": SHELVE,
}
