from tests.browser.conftest import start_without_what_nobody_sees

__all__ = ["start_without_what_nobody_sees"]
