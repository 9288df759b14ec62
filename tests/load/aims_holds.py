"""Aims 3 and 4: holds and whole orders, and many clients on one time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.load import holds, races, standing
from tests.load.ordering import order
from tests.load.statements import recording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.load.bench import Bench
    from tests.load.sites import Seeded
    from tests.load.statements import Statements


def hold_rate(bench: Bench) -> None:
    """Aim 3: holds a second by 16 clients."""
    with bench.served("small", "floor") as (port, bare):
        found = holds.holds_per_second(
            bench.report, bench.seeded("small"), port, bare, rounds=bench.options.rounds, each=300
        )
    bench.report.at_least("3", "hold POST, 16 clients", found["ours"], found["floor"], limit=0.25, of="floor")


def whole_order(bench: Bench) -> None:
    """Aim 3: statements of a whole order, at two sizes, and whole orders a second."""
    counted = {name: _order_statements(bench, name) for name in ("small", "past")}
    steps = counted["small"]
    report = bench.report
    acts = ("hold", "details", "submit", "to the payment", "return")
    numbers = {name: sum(len(one[step]) for step in acts) for name, one in counted.items()}
    report.under("3", "statements of a whole order", numbers["small"], limit=80)
    report.under("3", "statements of a whole order at H, more", numbers["past"] - numbers["small"], limit=0)
    report.fact("3", "of these", ", ".join(f"{step} {len(steps[step])}" for step in acts))
    opened = {step: one for step, one in steps.items() if step not in acts}
    report.fact("3", "pages opened beside", ", ".join(f"{s} {len(one)}" for s, one in opened.items()))
    again = [(n, text) for step in acts for text, n in steps[step].repeated().items()]
    most, text = max(again, default=(1, ""))
    report.fact("3", "the same statement within one request", f"{most} times at most", text[:24])
    report.samples["3 statements"] = {step: one.texts for step, one in steps.items()}
    with bench.served("small", sandbox=True) as (port,):
        rate = holds.orders_per_second(bench.seeded("small"), port, clients=4, count=40)
    report.fact("3", "whole orders, 4 clients", f"{rate:.1f}/s")
    holds.Places(bench.seeded("small")).start_anew()


def _order_statements(bench: Bench, name: str) -> dict[str, Statements]:
    steps: dict[str, Statements] = {}
    seeded = bench.seeded(name)
    with bench.served(name, sandbox=True) as (port,):
        # All web processes have met everything once, and keep in memory what they keep.
        holds.orders_per_second(seeded, port, clients=8, count=24)
        start = holds.Places(seeded).take(25)[-1]
        with recording(bench.ground, seeded) as recorder:

            @contextmanager
            def step(what: str) -> Iterator[None]:
                with recorder.step() as found:
                    yield
                steps[what] = found

            order(port, start, email=f"{name}@counted.example", step=step)
    return steps


def race(bench: Bench) -> None:
    """Aim 4: 64 clients on one start, and the other races."""
    seeded = bench.seeded("race")
    cells = [start for start in seeded.workload.free_cells() if start.hour in {7, 12}]
    _one_race(bench, "hold", [races.Prize(one) for one in cells[: bench.options.races]], "one start")
    count = bench.options.other_races
    prizes = [races.Prize(one) for one in cells[::2][:count]]
    _one_race(bench, "hold_beside", prizes, "overlapping starts", winners=(1, 2))
    opened = seeded.database.app_sessions
    moved = standing.booked_sessions(opened, cells[1::2][:count])
    prizes = [races.Prize(s, r) for s, r in zip(cells[::2], moved, strict=False)]
    _one_race(bench, "move_or_hold", prizes, "move against hold")
    unpaid = standing.unpaid_sessions(opened, cells[::2][-count:])
    prizes = [races.Prize(s, r) for s, r in zip(cells[::2][-count:], unpaid, strict=True)]
    _one_race(bench, "pay_or_expire", prizes, "expiry against payment")


def _one_race(
    bench: Bench, act: str, prizes: list[races.Prize], what: str, winners: tuple[int, ...] = (1,)
) -> None:
    seeded, report = bench.seeded("race"), bench.report
    before = _deadlocks(seeded)
    ran = races.Race(act, tuple(prizes))
    found = races.run(ran, url=seeded.database.url, core=seeded.database.core)
    name = f"{what}, 64 clients, {len(prizes)} rounds"
    wrong = [n for n in found.winners() if n not in winners]
    report.expect(not wrong, f"{name}: {len(wrong)} rounds with {sorted(set(wrong))} winners")
    report.expect(not found.dirty(), f"{name}: {len(found.dirty())} unclean, such as {found.dirty()[:2]}")
    report.expect(_deadlocks(seeded) == before, f"{name}: {_deadlocks(seeded) - before} deadlocks")
    report.expect(seeded.ask(holds.OVERLAPS) == 0, f"{name}: sessions overlap")
    report.ratio("4", f"{name}: p99", found.share(0.99), found.median, limit=3, of="median")
    report.under("4", f"{name}: the slowest", max(found.seconds), limit=2, unit=" s")
    report.samples[f"4 {what}"] = found.seconds
    holds.Places(seeded).start_anew()


def _deadlocks(seeded: Seeded) -> int:
    name = seeded.database.name
    return seeded.ask(f"SELECT deadlocks FROM pg_stat_database WHERE datname = '{name}'")
