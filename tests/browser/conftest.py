"""Chromium, without the parts of its own window that no test looks at."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType

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
    "TcpPortRandomizationWin",
    "ThirdPartyStoragePartitioning",
)


@pytest.fixture(scope="session", autouse=True)
def start_without_what_nobody_sees() -> Iterator[None]:
    launch, switch = BrowserType.launch, f"--disable-features={','.join(_UNSEEN)}"

    def launch_lean(kind: BrowserType, *, args: Sequence[str] = (), **more: Any) -> Browser:
        return launch(kind, args=[*args, switch], **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BrowserType, "launch", launch_lean)
        yield
