"""The page of times: right, and how fast, at each size; a 304; many clients; bookings beside it."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import psycopg

from services import catalogue, scheduling
from services.scheduling.engine.slots import Query, find_slots
from services.scheduling.loading import load_pool
from tests.load import floor
from tests.load.brute import free_starts
from tests.load.clients import Client, Samples, in_turn, per_second
from tests.load.ordering import BOOK
from tests.load.workload import SLUG, ZONE, Workload, moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.load.report import Report
    from tests.load.sites import Seeded
    from tests.load.statements import Recorder

_EPOCH = date(1970, 1, 1)


def times(port: int, **asked: str) -> float:
    """One look at the page of times."""
    client = _client(port)
    answer = client.get(BOOK, **asked)
    assert answer.status == 200, answer.status
    return answer.seconds


_clients: dict[int, Client] = {}


def _client(port: int) -> Client:
    return _clients.setdefault(port, Client(port))


def floor_path(workload: Workload) -> str:
    first = (workload.first_on - _EPOCH).days
    return f"/page?first={first}&last={first + workload.days - 1}"


def floor_times(port: int, workload: Workload) -> float:
    answer = _client(port).get(floor_path(workload))
    assert answer.status == 200, answer.status
    return answer.seconds


def answers_are_right(
    report: Report, seeded: Seeded, port: int, *, floor_port: int = 0, dates: int = 5
) -> None:
    """Compare engine, page and floor with the workload read minute by minute."""
    workload, now = seeded.workload, datetime.now(UTC)
    true = free_starts(workload, now=now)
    size = f"{workload.specialists} × {workload.days}"
    place = {specialist_id: number for number, specialist_id in enumerate(seeded.ids)}
    found = {slot.start: tuple(place[i] for i in slot.specialist_ids) for slot in _listed(seeded, now)}
    report.expect(found == true, f"{size}: the engine's starts and takers differ from brute force")
    step = max(1, workload.days // dates)
    for day in range(0, workload.days, step):
        on = workload.first_on + timedelta(days=day)
        page = Client(port).get(f"{BOOK}?day={on}")
        shown = {
            start for text in page.starts() if (start := datetime.fromisoformat(text)) and _on(start, on)
        }
        wanted = {start for start in true if _on(start, on)}
        report.expect(shown == wanted, f"{size}: the page of {on} shows {len(shown)} of {len(wanted)} starts")
    if floor_port:
        body = Client(floor_port).get(floor_path(workload)).body.decode()
        last = workload.first_on + timedelta(days=workload.days)
        wanted = {start for start in true if start < moment(last, 0)}
        same = body.count("T") == len(wanted) and all(start.isoformat() in body for start in wanted)
        report.expect(same, f"{size}: the floor's starts differ from brute force")


def _on(start: datetime, on: date) -> bool:
    return moment(on, 0) <= start < moment(on, 24 * 60)


def _listed(seeded: Seeded, now: datetime) -> list[scheduling.Slot]:
    with seeded.database.app_sessions() as db:
        service = catalogue.get_service(db, slug=SLUG)
        until = now + timedelta(days=seeded.workload.days + 2)
        return list(
            scheduling.list_slots(db, service=service, after=now, before=until, customer_zone=ZONE, now=now)
        )


def select_rows(seeded: Seeded, query: str) -> Callable[[], float]:
    """One SELECT that ships the rows of the whole horizon, on a plain connection."""
    workload = seeded.workload
    db = psycopg.connect(seeded.database.url, autocommit=True)
    bounds = floor.bounds(
        moment(workload.first_on, 0).isoformat(),
        moment(workload.first_on + timedelta(days=workload.days), 0).isoformat(),
    )

    def ask() -> float:
        began = time.perf_counter()
        db.execute(query, bounds).fetchall()
        return time.perf_counter() - began

    return ask


def arithmetic(seeded: Seeded, *, rounds: int, each: int) -> Samples:
    """The engine alone, its rows loaded and its masks cached."""
    now = datetime.now(UTC)
    before = now + timedelta(days=seeded.workload.days + 1)
    with seeded.database.app_sessions() as db:
        rules = scheduling.rules_of(catalogue.get_service(db, slug=SLUG))
        query = Query(now, before, ZONE)
        pool = load_pool(db, rules=rules, query=query, now=now)

    def compute() -> float:
        began = time.perf_counter()
        find_slots(pool.calendars, pool.busy, rules, query, now, closed=pool.closed)
        return time.perf_counter() - began

    return in_turn({"arithmetic": compute}, rounds=rounds, each=each)["arithmetic"]


def statements(seeded: Seeded, port: int, recorder: Recorder) -> tuple[int, int, list[str]]:
    """What one page asks for, of which by the loader, and the texts; the site is warm."""
    for _ in range(6):
        times(port)
    with recorder.step() as page:
        times(port)
    with seeded.database.app_sessions() as db:
        rules = scheduling.rules_of(catalogue.get_service(db, slug=SLUG))
        now = datetime.now(UTC)
        query = Query(now, now + timedelta(days=seeded.workload.days), ZONE)
        with recorder.step() as loader:
            load_pool(db, rules=rules, query=query, now=now)
    return len(page), len(loader), page.texts


def pages_per_second(ports: dict[str, tuple[int, str]], *, rounds: int, each: int, clients: int = 8):
    """Each contestant's pages a second, in turn: (port, path) by name."""
    found: dict[str, list[list[float]]] = {name: [] for name in ports}
    crowd = {name: [Client(port) for _ in range(clients)] for name, (port, _) in ports.items()}
    for _ in range(rounds):
        for name, (_, path) in ports.items():
            look = partial(_look, path)
            found[name].append([per_second(crowd[name], look, range(each))])
    return {name: Samples(rows) for name, rows in found.items()}


def _look(path: str, client: Client, number: int) -> None:
    answer = client.get(path)
    assert answer.status == 200, answer.status


def unchanged(port: int, recorder: Recorder) -> tuple[int, float, float] | None:
    """Statements of a 304, its seconds and those of the page; None when the page has no usable tag.

    A tag holds for a minute at most, so a minute that ends meanwhile is one more try.
    """
    client = Client(port)
    for _ in range(3):
        page = client.get(BOOK)
        tag = page.headers.get("ETag", "")
        answers = [client.get(BOOK, If_None_Match=tag) for _ in range(20)]
        with recorder.step() as asked:
            answers.append(client.get(BOOK, If_None_Match=tag))
        if tag and all(answer.status == 304 for answer in answers):
            pages = sorted(client.get(BOOK).seconds for _ in range(20))
            return len(asked), sorted(answer.seconds for answer in answers)[10], pages[10]
    return None
