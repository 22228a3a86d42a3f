"""A label on paper: what stands on it, and in which forms it is printed."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from integrations.sandbox.carrier.label_pdf import draw_label
from integrations.sandbox.carrier.label_zpl import write_label
from integrations.sandbox.carrier.records import Label

PRINTERS: Mapping[str, Callable[[Label], bytes]] = MappingProxyType(
    {"pdf": draw_label, "zpl": write_label}
)
"""What makes a label in each form."""
