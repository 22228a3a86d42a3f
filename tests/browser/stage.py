"""What every test in a browser stands on: Chromium, an application over HTTP, a browser that was here before."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Condition, Thread
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

# As long as a crowded machine may need; a test that is green never waits for it.
PATIENCE = 30_000

# The suggestions below the address bar are a page of their own: each new context started a renderer
# for it, and half of the processor time of an empty page went there. Chromium reads only the last of
# these switches, so Playwright's features (coreBundle.js, `disabledFeatures`) stand here again.
_UNSEEN = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "SpareRendererForSitePerProcess",
    "TcpPortRandomizationWin",
    "ThirdPartyStoragePartitioning",
)

_SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--process-per-site",  # the next page of a context finds its scripts compiled
    f"--disable-features={','.join(_UNSEEN)}",
)

# What a page can leave behind. The cache of the files that it loaded is not among it.
_KEPT_BY_PAGES = (
    "cookies,local_storage,indexeddb,cache_storage,service_workers,file_systems,storage_buckets"
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium, without the parts of its own window that no test looks at."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(_SWITCHES)
        )
        yield browser
        browser.close()


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # forty modules over one connection instead of forty

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Keep the test output to the tests."""


@contextmanager
def serving(application: WSGIApplication) -> Iterator[str]:
    """Serve an application at an address of its own."""
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


class Door:
    """One address for many tests: what stands behind it changes, what browsers cached stays."""

    def __init__(self) -> None:
        self._behind: WSGIApplication | None = None
        self._inside, self._left = 0, Condition()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._left:
            self._inside += 1
            behind = self._behind
        try:
            return (behind or _nobody)(environ, start_response)
        finally:
            with self._left:
                self._inside -= 1
                self._left.notify_all()

    @contextmanager
    def leading_to(self, application: WSGIApplication) -> Iterator[None]:
        """Let an application answer; at the end, wait for what it is answering still."""
        self._behind = application
        yield
        with self._left:
            self._behind = None
            assert self._left.wait_for(lambda: self._inside == 0, PATIENCE / 1000), "it hangs"


def _nobody(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
    return [b"Nobody is behind this door."]


class Regular:
    """A browser that was here before: its caches are warm, and nothing else is left of anybody."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self._address = address
        self._anchor = context.new_page()  # keeps the renderer of this address alive
        self._anchor.goto(f"{address}/static/img/favicon.svg")
        self._devtools = context.new_cdp_session(self._anchor)

    def forget(self) -> BrowserContext:
        """Close every page and take away all that they kept."""
        for page in self.context.pages:
            if page != self._anchor:
                leave(page)
        self.context.clear_cookies()
        self._devtools.send(
            "Storage.clearDataForOrigin",
            {"origin": self._address, "storageTypes": _KEPT_BY_PAGES},
        )
        assert self._anchor.evaluate(_LEFT) == [0, 0], "something stayed in the browser"
        return self.context

    def page(self) -> Page:
        """Open a page beside the first one, whose renderer has this address's scripts compiled."""
        with self.context.expect_page() as opened:
            self._anchor.evaluate("void open('about:blank')")
        return opened.value


_LEFT = "async () => [(await indexedDB.databases()).length, localStorage.length]"


def leave(page: Page) -> None:
    """Close a page; a request that a test still holds back is of no concern any more."""
    if not page.is_closed():
        page.unroute_all(behavior="ignoreErrors")
        page.close()


def until(page: Page, come: Callable[[], bool]) -> None:
    """Let the page go on until something has come of it."""
    patience = time.monotonic() + PATIENCE / 1000
    while not come():
        assert time.monotonic() < patience, "it never came"
        page.wait_for_timeout(20)


LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenhalterung"
"""What somebody calls their goods or their house one day; it has to break wherever it stands."""

# A box may reach a little beyond its place so that fingers find it; words may not.
_LEAVING = """() => [...document.querySelectorAll("body *")].filter((each) => {
  const style = getComputedStyle(each);
  return style.overflowX === "visible" && !style.display.startsWith("inline") && each.clientWidth > 2
    && each.scrollWidth > each.clientWidth + 32 && !each.closest("svg, thead") && !each.querySelector(".line-actions");
}).map((each) => `${each.tagName}.${each.className}: ${each.scrollWidth} > ${each.clientWidth}`)"""


def leaving_their_place(page: Page) -> list[str]:
    """Return what is wider than its place and runs over what stands beside it, though no page scrolls sideways."""
    found: list[str] = page.evaluate(_LEAVING)
    return found
