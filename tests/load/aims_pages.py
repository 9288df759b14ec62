"""Aims 1, 2 and 7: the page of times at every size, and under traffic."""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from tests.load import floor, holds, pages
from tests.load.clients import in_turn
from tests.load.ordering import BOOK
from tests.load.statements import recording

if TYPE_CHECKING:
    from tests.load.bench import Bench

RATE = 10


def small_page(bench: Bench) -> None:
    """Aim 1: 10 × 30 against the floor."""
    seeded = bench.seeded("small")
    with bench.served("small", "floor") as (port, bare):
        pages.answers_are_right(bench.report, seeded, port, floor_port=bare)
        looks = {
            "ours": partial(pages.times, port),
            "floor": partial(pages.floor_times, bare, seeded.workload),
        }
        found = in_turn(looks, rounds=bench.options.rounds, each=20)
    bench.report.at_most("1", "page 10 × 30", found["ours"], found["floor"], limit=3, of="floor")


def big_page(bench: Bench) -> None:
    """Aim 1: 200 × 90 against one SELECT that ships the same rows; the arithmetic alone."""
    seeded, report, rounds = bench.seeded("big"), bench.report, bench.options.rounds
    with bench.served("big") as (port,):
        pages.answers_are_right(report, seeded, port)
        looks = {
            "ours": partial(pages.times, port),
            "rows": pages.select_rows(seeded, floor.ROWS),
            "packed": pages.select_rows(seeded, floor.PACKED),
        }
        found = in_turn(looks, rounds=rounds, each=5)
        with recording(bench.ground, seeded) as recorder:
            page, loader, _ = pages.statements(seeded, port, recorder)
    report.at_most("1", "page 200 × 90", found["ours"], found["rows"], limit=3, of="one SELECT of its rows")
    report.fact("1", "the same rows packed", f"{found['packed'].median * 1000:.1f} ms")
    alone = pages.arithmetic(seeded, rounds=rounds, each=10)
    report.under("1", "arithmetic 200 × 90, masks cached", alone.median * 1000, limit=10, unit=" ms")
    report.samples["1 arithmetic"] = alone.rounds
    report.under("2", "statements of the page, 200 × 90", page, limit=5)
    report.under("2", "statements of the loader, 200 × 90", loader, limit=3)


def history(bench: Bench) -> None:
    """Aim 2: H past sessions, and specialists without the skill, cost nothing."""
    report, rounds = bench.report, bench.options.rounds
    names = ("small", "past", "strangers")
    h = f"H = {bench.options.past:,}"
    with bench.served(*names) as ports:
        for name, port in zip(names, ports, strict=True):
            pages.answers_are_right(report, bench.seeded(name), port, dates=2)
        looks = {name: partial(pages.times, port) for name, port in zip(names, ports, strict=True)}
        found = in_turn(looks, rounds=rounds, each=20)
        sites = {name: (bench.seeded(name), port) for name, port in zip(names[:2], ports, strict=False)}
        held = holds.hold_seconds(sites, rounds=rounds, each=20)
        for name, port in zip(names[:2], ports, strict=False):
            with recording(bench.ground, bench.seeded(name)) as recorder:
                page, loader, _ = pages.statements(bench.seeded(name), port, recorder)
            size = "10 × 30" if name == "small" else f"10 × 30, {h}"
            report.under("2", f"statements of the page, {size}", page, limit=5)
            report.under("2", f"statements of the loader, {size}", loader, limit=3)
    report.at_most("2", f"page, {h}", found["past"], found["small"], limit=1.25, of="H = 0")
    report.at_most("2", f"hold, {h}", held["past"], held["small"], limit=1.25, of="H = 0")
    more = f"page, {bench.seeded('strangers').workload.strangers} more without the skill"
    report.at_most("2", more, found["strangers"], found["small"], limit=1.1, of="without them")


def traffic(bench: Bench) -> None:
    """Aim 7: pages a second, a 304, bookings that come when they come."""
    report, seeded, rounds = bench.report, bench.seeded("small"), bench.options.rounds
    with bench.served("small", "floor") as (port, bare):
        ports = {"ours": (port, BOOK), "template": (bare, "/template")}
        found = pages.pages_per_second(ports, rounds=rounds, each=150)
        both = found["ours"], found["template"]
        report.at_least("7", "booking page, 8 clients", *both, limit=0.3, of="bare 62 KB template")
        with recording(bench.ground, seeded) as recorder:
            same = pages.unchanged(port, recorder)
        if same is None:
            report.under("7", "statements of a 304: the page gives no usable tag", float("inf"), limit=1)
        else:
            report.under("7", "statements of a 304", same[0], limit=1)
            report.fact("7", "a 304", f"{same[1] * 1000:.1f} ms", f"{same[2] * 1000:.1f} ms the page")
        hot = holds.one_by_one(report, seeded, port, count=65, pause=0)
        calm, busy = [], []
        for _ in range(3):
            calm.append(holds.one_by_one(report, seeded, port, count=65, pause=1 / RATE))
            busy.append(holds.at_a_rate(report, seeded, port, rate=RATE, seconds=bench.options.seconds))
        idle, loaded = holds.together(calm), holds.together(busy)
    for what, of in (("booking", attrgetter("bookings")), ("page after it", attrgetter("pages"))):
        name = f"{what} at {RATE} bookings a second: p95"
        report.ratio("7", name, of(loaded).share(0.95), of(idle).share(0.95), limit=2, of="idle p95")
        report.fact("7", f"{what}, one right after another: p95", f"{of(hot).share(0.95) * 1000:.1f} ms")
