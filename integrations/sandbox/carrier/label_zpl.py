"""A label in ZPL II, the language of thermal printers, for paper of 100 x 150 mm at 203 dpi."""

from integrations.sandbox.carrier.imprint import (
    address_lines,
    customs_lines,
    service_name,
)
from integrations.sandbox.carrier.records import Label

_PAGE = "^XA\n^CI28\n^PW799\n^LL1199\n"
_LEFT = 40


def write_label(label: Label) -> bytes:
    """Return the label as UTF-8 text; `^CI28` tells the printer so."""
    parcel = label.parcel
    sender, recipient = parcel["sender"], parcel["recipient"]
    parts = [
        _PAGE,
        _text(40, 40, service_name(label), 48),
        _text(560, 52, f"{parcel['weight_grams']} g", 32),
        "^FO40,100^GB719,3,3^FS\n",
        *_block(120, ["From", sender["name"], *address_lines(sender)], 24),
        "^FO40,330^GB719,3,3^FS\n",
        *_block(350, [recipient["name"], *address_lines(recipient), recipient["phone"]], 34),
        "^FO40,690^GB719,3,3^FS\n",
        f"^FO100,720^BY3^BCN,150,Y,N,N^FD{label.number}^FS\n",
        *_block(930, [f"Order {parcel['order_number']}", *customs_lines(label)], 24),
        _text(_LEFT, 1150, "TEST LABEL - NOT FOR CARRIAGE", 24),
        "^XZ\n",
    ]
    return "".join(parts).encode()


def _block(top: int, lines: list[str], height: int) -> list[str]:
    told = [line for line in lines if line]
    return [
        _text(_LEFT, top + place * (height + 8), line, height) for place, line in enumerate(told)
    ]


def _text(left: int, top: int, words: str, height: int) -> str:
    return f"^FO{left},{top}^A0N,{height},{height}^FH_^FD{_harmless(words)}^FS\n"


def _harmless(words: str) -> str:
    """Return words in which nothing is a command: what ZPL means something by is written in hex."""
    plain = " ".join(words.split())[:80]
    return "".join(f"_{ord(each):02X}" if each in "^~\\_" else each for each in plain)
