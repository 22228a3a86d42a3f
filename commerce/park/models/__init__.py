"""Tables of the park: its merchants and the people who work for them."""

from commerce.park.models.credentials import (
    MailedToken,
    Passkey,
    PasskeyCeremony,
    RecoveryCode,
    StaffTotp,
)
from commerce.park.models.keys import ApiKey
from commerce.park.models.merchant import Merchant
from commerce.park.models.pins import ClerkPin, PinGuard
from commerce.park.models.security_log import PARK_CHAIN, SecurityChain, SecurityEvent
from commerce.park.models.sessions import ShopperSession, StaffSession
from commerce.park.models.shop_policies import ShopPolicy
from commerce.park.models.shop_stories import ShopStory
from commerce.park.models.staff import ColleagueName, Membership, ParkMembership, StaffAccount
from commerce.park.models.stories import Story
from commerce.park.models.throttle import Throttle

__all__ = [
    "PARK_CHAIN",
    "ApiKey",
    "ClerkPin",
    "ColleagueName",
    "MailedToken",
    "Membership",
    "Merchant",
    "ParkMembership",
    "Passkey",
    "PasskeyCeremony",
    "PinGuard",
    "RecoveryCode",
    "SecurityChain",
    "SecurityEvent",
    "ShopPolicy",
    "ShopStory",
    "ShopperSession",
    "StaffAccount",
    "StaffSession",
    "StaffTotp",
    "Story",
    "Throttle",
]
