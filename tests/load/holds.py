"""Taking times over HTTP: how many a second, whole orders, and what else the site does meanwhile."""

from __future__ import annotations

import itertools
import queue
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import psycopg

from tests.load.clients import Client, Samples, in_turn, per_second
from tests.load.ordering import BOOK, Counter, order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.load.clients import Answer
    from tests.load.report import Report
    from tests.load.sites import Seeded

CLIENTS = 16
_LET_GO = """
    WITH gone AS (
        UPDATE scheduling.occupancy SET released_at = now()
        WHERE kind IN ('hold', 'reservation') AND released_at IS NULL RETURNING id
    )
    UPDATE sessions.remote_session s SET state = 'expired', ended_at = now(), ended_by = 'system'
    FROM sessions.seat t JOIN gone ON gone.id = t.occupancy_id WHERE s.id = t.session_id
"""
OVERLAPS = """
    SELECT count(*) FROM scheduling.occupancy a JOIN scheduling.occupancy b
        ON a.specialist_id = b.specialist_id AND a.id < b.id AND a.footprint && b.footprint
        AND b.starts_at BETWEEN a.starts_at - interval '2 hours' AND a.starts_at + interval '2 hours'
    WHERE a.released_at IS NULL AND b.released_at IS NULL
        AND a.starts_at > now() AND b.starts_at > now()
"""
HELD = """
    SELECT count(*) FROM scheduling.occupancy
    WHERE kind IN ('hold', 'reservation') AND released_at IS NULL
"""


class Places:
    """Free cells of a workload, handed out one by one: over all dates in turn, never one too often.

    So each hold can succeed, and no date fills up with unpaid holds beyond the share they may have.
    """

    def __init__(self, seeded: Seeded) -> None:
        self._seeded = seeded
        self.start_anew()

    def start_anew(self) -> None:
        """Let go of everything that is held, and hand out all cells again."""
        with psycopg.connect(self._seeded.admin_url, autocommit=True) as db:
            db.execute(_LET_GO)
            for table in ("scheduling.occupancy", "sessions.remote_session", "sessions.seat"):
                db.execute(f"VACUUM ANALYZE {table}")
        by_day: dict[object, list[datetime]] = {}
        for start, count in self._seeded.workload.free_cells().items():
            by_day.setdefault(start.date(), []).extend([start] * count)
        for starts in by_day.values():
            random.Random(7).shuffle(starts)
        turns = itertools.zip_longest(*by_day.values())
        self._waiting = (start for turn in turns for start in turn if start is not None)

    def take(self, count: int) -> list[datetime]:
        return list(itertools.islice(self._waiting, count))

    def crowded(self, count: int) -> list[datetime]:
        """So many places, start by start, so that starts run out: for asking what is shown then.

        Of each date the first cells only, within the share that unpaid holds may have of it.
        """
        cells: dict[object, list[list[datetime]]] = {}
        for start, n in self._seeded.workload.free_cells().items():
            cells.setdefault(start.date(), []).append([start] * n)
        places = (start for day in cells.values() for cell in day[:3] for start in cell)
        return list(itertools.islice(places, count))


def check(report: Report, seeded: Seeded, *, held: int, what: str) -> None:
    """Every hold that was answered stands, none stands that wasn't, none overlaps."""
    report.expect(seeded.ask(OVERLAPS) == 0, f"{what}: sessions overlap")
    stand = seeded.ask(HELD)
    report.expect(stand == held, f"{what}: {held} holds were answered, {stand} stand")


def take(counter: Counter, start: datetime) -> Answer:
    answer = counter.hold(start)
    if answer.status != 303:
        raise RuntimeError(f"a free time was refused: {answer.status} {answer.body[:300]!r}")
    return answer


def holds_per_second(
    report: Report, seeded: Seeded, port: int, floor_port: int, *, rounds: int, each: int
) -> dict[str, Samples]:
    """16 clients hold free times, ours and the floor in turn."""
    places, crowd = Places(seeded), [Counter(port) for _ in range(CLIENTS)]
    clients = [Client(floor_port) for _ in range(CLIENTS)]

    def ours() -> float:
        places.start_anew()
        rate = per_second(crowd, take, places.take(each))
        check(report, seeded, held=each, what="holds")
        return rate

    def floor() -> float:
        with _floor_cells(seeded) as cells:
            return per_second(clients, _floor_hold, itertools.islice(cells, 2 * each))

    # Half a second each: what counts of a round is the median of three.
    found = in_turn({"ours": ours, "floor": floor}, rounds=rounds, each=3)
    places.start_anew()
    return found


class _floor_cells:  # noqa: N801 - a context of cells
    """The floor's own free cells, (specialist, UTC minute), its holds forgotten before."""

    def __init__(self, seeded: Seeded) -> None:
        self._seeded = seeded

    def __enter__(self) -> Iterator[tuple[int, int]]:
        with psycopg.connect(self._seeded.admin_url, autocommit=True) as db:
            db.execute("DELETE FROM floor.occupancy WHERE kind = 'hold'")
            db.execute("VACUUM ANALYZE floor.occupancy")
        workload = self._seeded.workload
        cells = [
            (specialist, int(workload.cell_start(day, cell).timestamp()) // 60)
            for specialist, line in zip(self._seeded.ids, workload.booked, strict=False)
            for day, taken in enumerate(line)
            for cell in sorted(set(range(6)) - set(taken))
        ]
        random.Random(7).shuffle(cells)
        return iter(cells)

    def __exit__(self, *_: object) -> None:
        return None


def _floor_hold(client: Client, cell: tuple[int, int]) -> None:
    answer = client.post("/hold", {"specialist": str(cell[0]), "minute": str(cell[1])})
    assert answer.status == 201, answer.status


def hold_seconds(seeded: dict[str, tuple[Seeded, int]], *, rounds: int, each: int) -> dict[str, Samples]:
    """One client holds one time after another, on each site in turn."""
    places = [Places(one) for one, _ in seeded.values()]
    acts = {
        name: partial(_next_hold, Counter(port), iter(own.take(rounds * each + 6)))
        for (name, (_, port)), own in zip(seeded.items(), places, strict=True)
    }
    for act in acts.values():
        for _ in range(5):
            act()
    found = in_turn(acts, rounds=rounds, each=each)
    for own in places:
        own.start_anew()
    return found


def _next_hold(counter: Counter, starts: Iterator[datetime]) -> float:
    return take(counter, next(starts)).seconds


def orders_per_second(seeded: Seeded, port: int, *, clients: int, count: int) -> float:
    """Whole orders, paid and booked, by so many customers at once."""
    starts = enumerate(Places(seeded).take(count))

    def act(_customer: int, nth: tuple[int, datetime]) -> str:
        return order(port, nth[1], email=f"o{nth[0]}@b.example")

    return per_second(range(clients), act, starts)


# --- bookings that come when they come ------------------------------------------------------------------


class Arrivals(NamedTuple):
    """Seconds of bookings (from the moment they were due) and of the pages asked after them."""

    bookings: Samples
    pages: Samples


class _Crowd:
    """Customers of one site who book and look again, and never may be shown what is gone."""

    def __init__(self, report: Report, seeded: Seeded, port: int, size: int) -> None:
        self.report = report
        self.left = dict(seeded.workload.free_cells())
        self.lock = threading.Lock()
        self.idle: queue.Queue[tuple[Counter, Client]] = queue.Queue()
        self.exhausted = 0
        for _ in range(size):
            self.idle.put((Counter(port), Client(port)))

    def book_and_look(self, start: datetime, due: float) -> tuple[float, float]:
        counter, client = self.idle.get()
        take(counter, start)
        booked = time.perf_counter() - due
        with self.lock:
            self.left[start] -= 1
            gone = self.left[start] == 0
            self.exhausted += gone
        page = client.get(f"{BOOK}?day={(start + timedelta(hours=3)).date()}")
        shown = {datetime.fromisoformat(text) for text in page.starts()}
        self.report.expect(page.status == 200, f"a page under load was answered {page.status}")
        self.report.expect(not (gone and start in shown), f"{start} was shown after its last place was taken")
        self.idle.put((counter, client))
        return booked, page.seconds


def one_by_one(report: Report, seeded: Seeded, port: int, *, count: int, pause: float) -> Arrivals:
    """Bookings of an idle site: each begins `pause` seconds after the last was answered.

    Without a pause everything is still warm from the last one: no customer ever meets that.
    """
    places, rows = Places(seeded), []
    crowd = _Crowd(report, seeded, port, 1)
    for start in places.crowded(count):
        time.sleep(pause)
        rows.append(crowd.book_and_look(start, time.perf_counter()))
    places.start_anew()
    return _arrivals(rows[5:])


def at_a_rate(report: Report, seeded: Seeded, port: int, *, rate: float, seconds: float) -> Arrivals:
    """Bookings that are due at exponential intervals, however long the last ones take."""
    places, draw = Places(seeded), random.Random(11)
    crowd = _Crowd(report, seeded, port, 24)
    starts = places.crowded(int(rate * seconds))
    began = time.perf_counter()
    due, dues = began, []
    for _ in starts:
        due += draw.expovariate(rate)
        dues.append(due)
    with ThreadPoolExecutor(24) as threads:
        waiting = []
        for start, at in zip(starts, dues, strict=True):
            time.sleep(max(0.0, at - time.perf_counter()))
            waiting.append(threads.submit(crowd.book_and_look, start, at))
        rows = [one.result() for one in waiting]
    report.expect(crowd.exhausted > 0, "no start ran out: nothing was asked of what is shown")
    check(report, seeded, held=len(starts), what="bookings at a rate")
    places.start_anew()
    return _arrivals(rows)


def _arrivals(rows: list[tuple[float, float]]) -> Arrivals:
    return Arrivals(Samples([[row[0] for row in rows]]), Samples([[row[1] for row in rows]]))


def together(rounds: Sequence[Arrivals]) -> Arrivals:
    """Several rounds as one figure."""
    bookings, pages = ([row for one in rounds for row in one[n].rounds] for n in (0, 1))
    return Arrivals(Samples(bookings), Samples(pages))
