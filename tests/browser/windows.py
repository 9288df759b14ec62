"""Chromium and its windows: a phone, a desktop, and one without JavaScript."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.browser import chromium

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
_FLAGS = ["--disable-dev-shm-usage", "--font-render-hinting=none", "--disable-gpu"]


@contextmanager
def open_browser() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    path = chromium.find()
    assert path is not None, chromium.ADVICE
    flags = [*_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else _FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


def open_window(
    browser: Browser,
    url: str,
    *,
    size: dict[str, int],
    locale: str = "ru",
    zone: str = "Europe/Moscow",
    theme: str = "light",
    script: bool = True,
) -> BrowserContext:
    """A fresh window on the site at `url`: no cookies, this size, language, zone and theme."""
    window = browser.new_context(
        base_url=url,
        viewport=size,  # type: ignore[arg-type]
        locale={"ru": "ru-RU", "en": "en-GB"}[locale],
        timezone_id=zone,
        color_scheme=theme,  # type: ignore[arg-type]
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    window.set_default_timeout(30_000)
    return window


class Complaints:
    """What the browser complains of while a page lives: refused scripts, failed files, errors."""

    def __init__(self, page: Page) -> None:
        self.heard: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.heard.append(f"script: {error}"))
        page.on("requestfailed", self._fail)

    def _fail(self, request: Request) -> None:
        # A page that is left takes its requests with it.
        if request.failure != "net::ERR_ABORTED":
            self.heard.append(f"failed: {request.url}: {request.failure}")

    def _hear(self, message: Any) -> None:
        # The answer 422 is an answer; the browser calls every status above 400 an error.
        if message.type == "error" and "status of 422" not in message.text:
            self.heard.append(f"console: {message.text}")


def judge(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA, a line each: rule, what it says, where."""
    page.evaluate(AXE.read_text() + ";0")
    found = page.evaluate(
        """() => axe.run({preload: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
                                    "best-practice"]})"""
    )
    return [
        f"{rule['id']}: {rule['help']}: {node['target'][0]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    script = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(script))
