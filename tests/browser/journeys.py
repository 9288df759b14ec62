"""Walks through the site that several tests take, as a person would: by what stands on the page."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext

from tests.browser import windows
from tests.browser.site import Site


def staff_cookies(browser: Browser, site: Site) -> Any:
    """Sign in as the demo's administrator; gives the window's state."""
    raise NotImplementedError


def secret_pages(window: BrowserContext, site: Site) -> list[str]:
    """Order a session; gives the paths of all pages behind secret links that it passes."""
    raise NotImplementedError
