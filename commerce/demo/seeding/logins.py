"""The logins of the demo park: known to everybody on this machine, to nobody in the world.

While the installation listens on the loopback address, the password is the documented one. An
installation that is filled while it listens elsewhere gets a password of its own, derived from its
secret, which only its operator's screen shows.
"""

import base64
import ipaddress

from commerce.demo.content import Merchant, Park
from commerce.demo.content.records import Shopper
from commerce.kernel.settings import Settings
from commerce.kernel.vault import Vault

DOCUMENTED_PASSWORD = "jasmine over celadon"  # noqa: S105 - printed on the welcome screen
"""What every account of a demo park on a loopback address is opened with."""

_PINS = ("738261", "592047", "461938", "827405", "395172")


def demo_password(settings: Settings, *, is_documented: bool) -> str:
    """Return the password that the demo accounts were opened with."""
    if is_documented:
        return DOCUMENTED_PASSWORD
    derived = Vault(settings.secret).derive("demo park password")
    return base64.b32encode(derived).decode()[:20].lower()


def is_private(settings: Settings) -> bool:
    """Return whether only this machine can reach the installation."""
    try:
        return ipaddress.ip_address(settings.host).is_loopback
    except ValueError:
        return settings.host == "localhost"


def clerk_pins(merchant: Merchant) -> dict[str, str]:
    """Return the PIN of everybody who may sell, by e-mail address."""
    sellers = [m.email for m in merchant.staff if m.role in {"owner", "manager", "clerk"}]
    return dict(zip(sellers, _PINS, strict=False))


def welcome_lines(settings: Settings, park: Park, password: str) -> list[str]:
    """Return what the operator needs in order to look around."""
    url = settings.public_url
    lines = [f"Desk  {url}/desk/", f"Every demo account opens with the password: {password}"]
    for merchant in park.merchant:
        lines.append(f"  {merchant.en}: {url}/en/{merchant.slug}/")
        pins = clerk_pins(merchant) if merchant.register else {}
        for role in ("owner", "clerk"):
            for email in [m.email for m in merchant.staff if m.role == role][:1]:
                pin = f", till PIN {pins[email]}" if email in pins else ""
                lines.append(f"    {role:<8} {email}{pin}")
        shopper = account_holder(park, merchant)
        if shopper is not None:
            lines.append(f"    {'shopper':<8} {shopper.email}")
    operator = park.staff[0]
    return [*lines, f"  {park.en}: {operator.email}"]


def account_holder(park: Park, merchant: Merchant) -> Shopper | None:
    """Return the shopper who has an account at the merchant; the others buy as guests."""
    return next((each for each in park.shopper if merchant.slug in each.merchants), None)
