"""One browser and one site a run, one window a test (`tests/schedule.py` keeps them together)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests import cluster
from tests.browser import chromium, windows
from tests.browser.site import Site, open_site

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if chromium.find() is None:
        pytest.fail(chromium.ADVICE)
    with windows.open_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("site")
    server = cluster.server_from_environment()
    database = cluster.create(server, name="browser", template=cluster.EMPTY, home=home)
    try:
        with open_site(database.url, home) as opened:
            yield opened
    finally:
        cluster.drop(database)


@pytest.fixture
def open_window(browser: Browser, site: Site) -> Iterator[Callable[..., BrowserContext]]:
    """Opens windows of this test's own: `open_window(size=…, locale=…, script=…)`."""
    opened: list[BrowserContext] = []

    def open_one(**wishes: object) -> BrowserContext:
        opened.append(windows.open_window(browser, site.url, **wishes))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for window in opened:
        window.close()


@pytest.fixture
def phone(open_window: Callable[..., BrowserContext]) -> BrowserContext:
    """A phone in Krasnoyarsk, in Russian."""
    return open_window(size=windows.PHONE, locale="ru", zone="Asia/Krasnoyarsk")


@pytest.fixture
def desktop(open_window: Callable[..., BrowserContext]) -> BrowserContext:
    """A desktop in Berlin, in English."""
    return open_window(size=windows.DESKTOP, locale="en", zone="Europe/Berlin")


@pytest.fixture
def plain(open_window: Callable[..., BrowserContext]) -> BrowserContext:
    """A window without JavaScript, in Russian."""
    return open_window(size=windows.DESKTOP, locale="ru", script=False)
