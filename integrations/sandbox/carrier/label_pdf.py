"""A label as a PDF page of A6 size, with its tracking number as a QR code."""

import segno

from integrations.sandbox.carrier.imprint import (
    address_lines,
    customs_lines,
    service_name,
)
from integrations.sandbox.carrier.pdf import Page
from integrations.sandbox.carrier.records import Label

_LEFT, _RIGHT = 18.0, 280.0
_CODE = 92.0


def draw_label(label: Label) -> bytes:
    """Return the label as a PDF file."""
    page, parcel = Page(), label.parcel
    page.text(_LEFT, 390, service_name(label), size=16, bold=True)
    page.text(220, 390, f"{parcel['weight_grams']} g", size=11)
    page.rule(_LEFT, _RIGHT, 382)
    sender, recipient = parcel["sender"], parcel["recipient"]
    page.block(_LEFT, 370, ["From: " + sender["name"], *address_lines(sender)], size=7.5)
    page.rule(_LEFT, _RIGHT, 318)
    page.text(_LEFT, 302, recipient["name"], size=14, bold=True)
    page.block(_LEFT, 286, [*address_lines(recipient), recipient["phone"]], size=11)
    page.rule(_LEFT, _RIGHT, 182)
    _draw_code(page, label.number)
    page.text(128, 154, label.number, size=14, bold=True)
    page.text(128, 138, f"Order {parcel['order_number']}", size=9)
    page.block(128, 124, customs_lines(label), size=7)
    page.rule(_LEFT, _RIGHT, 62)
    page.text(_LEFT, 46, "TEST LABEL - NOT FOR CARRIAGE", size=9, bold=True)
    page.text(_LEFT, 34, "Harbour Express is a simulator; no parcel moves.", size=7)
    return page.file(title=f"Label {label.number}")


def _draw_code(page: Page, number: str) -> None:
    rows = list(segno.make(number, error="m", micro=False).matrix)
    dot = _CODE / len(rows)
    for line, row in enumerate(rows):
        for place, dark in enumerate(row):
            if dark:
                page.box(_LEFT + place * dot, 170 - (line + 1) * dot, dot)
