"""`make shots`: pictures of every page into var/shots, each judged by axe and by its width.

Pages are found by following links from the start page and, signed in, from the staff's; pages behind
secret links by ordering a session.
"""

import argparse
import html
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from playwright.sync_api import Browser, BrowserContext, Page

from tests import cluster
from tests.browser import journeys, windows
from tests.browser.site import Site, open_site

OUT = Path("var/shots")
# Of pages that differ only in what they are about, these many are enough.
_ALIKE = 2
_MISSING = "/no-such-page"
_SINGLE = ("/", "/staff", "/documents", "/support")


@dataclass(frozen=True)
class Stop:
    """A page to be shown; `as_staff` signed in as the demo's administrator."""

    path: str
    name: str
    as_staff: bool = False


def stop_at(path: str, *, as_staff: bool = False) -> Stop:
    """Name a page by its path."""
    return Stop(path, path.strip("/").replace("/", "-") or "start", as_staff=as_staff)


@dataclass(frozen=True)
class Look:
    """One way to look at a page."""

    width: int
    locale: str
    theme: str

    def __str__(self) -> str:
        return f"{self.width}-{self.locale}-{self.theme}"

    @property
    def size(self) -> dict[str, int]:
        return windows.PHONE if self.width == windows.PHONE["width"] else windows.DESKTOP


LOOKS = [Look(*look) for look in product((360, 1280), ("ru", "en"), ("light", "dark"))]


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the database is stopped too
    parser = argparse.ArgumentParser(prog="python -m tests.browser.shots")
    parser.add_argument("words", nargs="*", help="only pages with one of these in their path")
    parser.add_argument("--looks", nargs="*", default=[], help="only looks with one of these, like 360-ru")
    wishes = parser.parse_args(arguments)
    looks = [look for look in LOOKS if chosen(str(look), wishes.looks)]
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with demo_site() as site, windows.open_browser() as browser:
        staff = journeys.staff_state(browser, site)
        stops = [
            stop
            for stop in list_stops(browser, site, staff)
            if chosen(f"{stop.path} {stop.name}", wishes.words)
        ]
        found = [fault for look in looks for fault in walk(browser, site, stops, look, staff)]
    write_index(stops, looks)
    for fault, places in sorted(group(found).items()):
        print(f"✗ {fault}\n    {', '.join(places[:6])}{' …' if len(places) > 6 else ''}")
    print(f"{len(stops)} pages, {len(looks)} looks each: {OUT}/index.html; {len(found)} faults")
    return 1 if found else 0


def chosen(name: str, words: list[str]) -> bool:
    """Tell whether `name` holds one of `words`; where there are none, all are chosen."""
    return not words or any(word in name for word in words)


@contextmanager
def demo_site() -> Iterator[Site]:
    """Serve a fresh demonstration."""
    home = cluster.folder()
    try:
        server = cluster.start(home, now=datetime.now(UTC))
        database = cluster.create(server, name="shots", template=cluster.EMPTY, home=home)
        database.engine.dispose()
        with open_site(database.url, home) as site:
            yield site
    finally:
        cluster.stop(home)


def list_stops(browser: Browser, site: Site, staff: Any) -> list[Stop]:
    """Every page there is: by links, and by ordering."""
    window = windows.open_window(browser, site.url, size=windows.DESKTOP)
    public = [stop_at(path) for path in crawl(window, "/")]
    ordered = [Stop(path, name) for name, path in journeys.secret_pages(browser, site).items()]
    window.close()
    inside = browser.new_context(base_url=site.url, storage_state=staff)
    desk = [stop_at(path, as_staff=True) for path in crawl(inside, "/staff/") if "/staff" in path]
    inside.close()
    missing = [stop_at(_MISSING)]
    return list(dict.fromkeys([*public, *ordered, *desk, *missing]))


def crawl(window: BrowserContext, start: str) -> list[str]:
    """Follow links from `start` breadth first; of many pages alike the first few."""
    waiting, seen, alike = [start], {start}, Counter[str]()
    done: list[str] = []
    while waiting:
        path = waiting.pop(0)
        answer = window.request.get(path)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        done.append(path)
        for link in links(answer.text()):
            parent = link.rstrip("/").rpartition("/")[0] or "/"
            if link in seen or (parent not in _SINGLE and alike[parent] >= _ALIKE):
                continue
            seen.add(link)
            alike[parent] += 1
            waiting.append(link)
    return done


def links(page: str) -> list[str]:
    """Paths that the page links to on this site, without queries; secret ones are ordered instead."""
    hrefs = [str(a["href"]) for a in BeautifulSoup(page, "html.parser").select("a[href^='/']")]
    paths = [urlsplit(href).path for href in hrefs]
    return [
        path for path in paths if "." not in path and not path.startswith(("/b/", "/o/", "/r/", "/s/", "/w/"))
    ]


def walk(
    browser: Browser, site: Site, stops: list[Stop], look: Look, staff: Any
) -> Iterator[tuple[str, str]]:
    """Take every picture of one look; gives the faults: what, where."""
    wishes = {"size": look.size, "locale": look.locale, "theme": look.theme}
    zone = "Asia/Krasnoyarsk"
    open_ = windows.open_window(browser, site.url, zone=zone, **wishes)  # type: ignore[arg-type]
    signed = windows.open_window(browser, site.url, zone=zone, **wishes)  # type: ignore[arg-type]
    signed.add_cookies([cookie for cookie in staff["cookies"] if cookie["name"] == "priyom"])
    pages = {False: open_.new_page(), True: signed.new_page()}
    for stop in stops:
        page = pages[stop.as_staff]
        for fault in shoot(page, stop, look):
            yield fault, f"{stop.path} ({look})"
    print(f"→ {look}: {len(stops)} pages", flush=True)
    open_.close()
    signed.close()


def shoot(page: Page, stop: Stop, look: Look) -> list[str]:
    """Take one picture; gives what is wrong with the page."""
    answer = page.goto(stop.path, wait_until="load")
    status = answer.status if answer is not None else 0
    page.evaluate("document.fonts.ready.then(() => true)")
    faults = windows.judge(page)
    wider = windows.overflow(page)
    # A window as high as the page, so that bars which stick to the window's edge lie at the page's.
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": look.size["width"], "height": max(height, look.size["height"])})
    page.screenshot(path=OUT / f"{stop.name}-{look}.png")
    page.set_viewport_size(look.size)
    if wider > 0:
        faults.append(f"wider than the window by {wider} px")
    if (status == 200) == (stop.path == _MISSING):
        faults.append(f"answered with status {status}")
    return faults


def group(found: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Sort faults by what they are."""
    grouped: dict[str, list[str]] = {}
    for fault, place in found:
        grouped.setdefault(fault, []).append(place)
    return grouped


def write_index(stops: list[Stop], looks: list[Look]) -> None:
    """Write a page that shows all pictures, a row a page."""
    rows = []
    for stop in stops:
        cells = "".join(
            f'<td><a href="{stop.name}-{look}.png"><img loading="lazy" src="{stop.name}-{look}.png"'
            f' width="{look.width // 4}" alt="{look}"></a></td>'
            for look in looks
        )
        rows.append(f"<tr><th>{html.escape(stop.path)}</th>{cells}</tr>")
    heads = "".join(f"<th>{look}</th>" for look in looks)
    style = (
        "td,th{vertical-align:top;text-align:left;font:13px sans-serif;padding:6px}img{border:1px solid #ccc}"
    )
    (OUT / "index.html").write_text(
        f"<!doctype html><meta charset=utf-8><title>Priyom</title><style>{style}</style>"
        f"<table><tr><th></th>{heads}</tr>{''.join(rows)}</table>"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
