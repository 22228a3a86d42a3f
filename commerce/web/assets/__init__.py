"""The browser's files: fetched from npm, laid out under static/, published, addressed and served.

`build_vendor(root)` runs before the server starts and is quick when nothing changed;
`Assets` gives every file an address that may be cached for good; `with_static` serves them.
"""

from commerce.web.assets.build import build_vendor
from commerce.web.assets.faults import BrowserFilesError
from commerce.web.assets.serving import Assets, with_static

__all__ = ["Assets", "BrowserFilesError", "build_vendor", "with_static"]
