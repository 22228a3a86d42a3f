"""The Lucide icons we use, as one sprite. Add a name here to use it in a template."""

import re
from pathlib import Path

from commerce.web.assets.faults import BrowserFilesError

# fmt: off
ICONS = (
    "archive", "arrow-down", "arrow-left", "arrow-left-right", "arrow-right", "arrow-up",
    "badge-check", "badge-percent", "banknote", "barcode", "bell", "box", "boxes", "building-2",
    "calculator", "calendar", "camera", "chart-column", "chart-line", "check", "chevron-down",
    "chevron-left", "chevron-right", "chevron-up", "circle-alert", "circle-check", "circle-help",
    "circle-x", "clipboard-check", "clipboard-list", "clock", "cloud-off", "coins", "copy",
    "credit-card", "download", "ellipsis", "external-link", "eye", "eye-off", "file-check",
    "file-down", "file-text", "file-up", "filter", "gift", "globe", "hand-coins", "handshake",
    "heart", "history", "house", "image", "inbox", "info", "key-round", "keyboard", "landmark",
    "languages", "layout-dashboard", "link", "list", "list-checks", "lock", "log-in", "log-out",
    "mail", "map-pin", "menu", "minus", "monitor", "moon", "package", "package-check",
    "package-open", "package-x", "panel-left", "pause", "pencil", "phone", "plane", "play", "plus",
    "printer", "qr-code", "receipt", "receipt-text", "refresh-cw", "rotate-ccw", "route", "save",
    "scale", "scan-barcode", "scan-line", "search", "send", "settings", "shield-check", "ship",
    "shopping-bag", "shopping-cart", "sliders-horizontal", "smartphone", "sparkles", "square-pen",
    "star", "store", "sun", "sun-moon", "tag", "tags", "ticket", "timer", "trash-2",
    "triangle-alert", "truck", "undo-2", "unlock", "upload", "user", "user-plus", "users",
    "wallet", "warehouse", "wifi", "wifi-off", "wrench", "x", "zap",
)
# fmt: on

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def build_sprite(packages: Path) -> str:
    """Return one SVG with a symbol per icon; the strokes take their look from the page.

    Raises:
        BrowserFilesError: Lucide has no icon of one of these names.
    """
    folder = packages / "lucide-static" / "icons"
    symbols = "".join(_symbol(folder, name) for name in ICONS)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n'


def _symbol(folder: Path, name: str) -> str:
    try:
        drawing = _COMMENT.sub("", (folder / f"{name}.svg").read_text())
    except FileNotFoundError as fault:
        raise BrowserFilesError(f"Lucide has no icon named {name}; see icons.py.") from fault
    (body,) = _BODY.findall(drawing)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(body.split())}</symbol>'
