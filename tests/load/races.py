"""Many clients on one time: threads over several processes, let go together, round after round.

They call the commands that the pages call, each in a transaction of its own on a connection of its
own, so that the database and our rules are raced and not a web server's queue.
"""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from billing import orders
from services import sessions
from services.core.db import make_engine, make_sessions
from services.scheduling import SlotNotOfferedError, SlotTakenError
from services.sessions import Holder
from tests.load.workload import SLUG, ZONE

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.synchronize import Barrier

    from sqlalchemy.orm import Session

    from services.core.settings import CoreSettings

WON, REFUSED = "won", "refused"
_STEP = timedelta(minutes=30)


@dataclass(frozen=True)
class Prize:
    """What a round is about: a start (aware, UTC), and for some races a session.

    `now` stands where the clock would.
    """

    start: datetime
    reference: str = ""
    now: datetime | None = None


@dataclass(frozen=True)
class Race:
    """One race: who does what (by name, since processes are told), how often, by how many."""

    act: str
    prizes: tuple[Prize, ...]
    processes: int = 4
    threads: int = 16

    @property
    def clients(self) -> int:
        return self.processes * self.threads


@dataclass
class Outcome:
    """What came of a race: by round the answers of all, and every client's seconds."""

    answers: list[list[str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def winners(self) -> list[int]:
        return [sum(answer == WON for answer in row) for row in self.answers]

    def dirty(self) -> list[str]:
        """Answers that are neither a win nor a refusal with other times."""
        return [a for row in self.answers for a in row if a not in {WON, REFUSED}]

    def share(self, of: float) -> float:
        every = sorted(self.seconds)
        return every[min(len(every) - 1, int(of * len(every)))]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def run(race: Race, *, url: str, core: CoreSettings) -> Outcome:
    """Run all rounds of a race over `race.processes` fresh processes."""
    spawn = multiprocessing.get_context("spawn")
    barrier, results = spawn.Barrier(race.clients), spawn.Queue()
    started = [
        spawn.Process(target=_process, args=(race, number, url, core, (barrier, results)), daemon=True)
        for number in range(race.processes)
    ]
    for process in started:
        process.start()
    by_round: defaultdict[int, list[str]] = defaultdict(list)
    outcome = Outcome()
    for _ in started:
        for number, answer, seconds in results.get(timeout=900):
            by_round[number].append(answer)
            outcome.seconds.append(seconds)
    for process in started:
        process.join(timeout=30)
    outcome.answers = [by_round[number] for number in sorted(by_round)]
    return outcome


def _process(race: Race, number: int, url: str, core: CoreSettings, ends: tuple[Barrier, Any]) -> None:
    barrier, results = ends
    engine = make_engine(url, pool_size=race.threads)
    opened = make_sessions(engine, core)
    act = ACTS[race.act]

    def client(thread: int) -> list[tuple[int, str, float]]:
        mine = number * race.threads + thread
        found = []
        with opened() as db:
            for n, prize in enumerate(race.prizes):
                _answer(db, _look, prize, mine)  # a connection is there before the start
                barrier.wait(timeout=120)
                began = time.perf_counter()
                answer = _answer(db, act, prize, mine)
                found.append((n, answer, time.perf_counter() - began))
        return found

    with ThreadPoolExecutor(race.threads) as threads:
        results.put([row for rows in threads.map(client, range(race.threads)) for row in rows])
    engine.dispose()


def _answer(db: Session, act: Callable[[Session, Prize, int], str], prize: Prize, client: int) -> str:
    try:
        answer = act(db, prize, client)
        db.commit()
    except SlotTakenError as refused:
        db.rollback()
        others = {slot.start for slot in refused.nearest}
        clean = others and refused.facts["start"] not in others
        return REFUSED if clean else f"refused with {sorted(others)}"
    except SlotNotOfferedError as refused:
        db.rollback()
        return f"not offered: {refused.facts}"
    except Exception as error:  # noqa: BLE001 - whatever it is would have been a page 500
        db.rollback()
        return f"{type(error).__name__}: {error}"
    return answer


def _look(db: Session, prize: Prize, client: int) -> str:
    db.execute(text("SELECT 1"))
    return ""


def hold(db: Session, prize: Prize, client: int) -> str:
    """Begin an order for the start, as somebody whom nobody has seen before, from wherever he is."""
    address = f"10.{prize.start.timetuple().tm_yday % 256}.{client}.{prize.start.hour}"
    orders.start(
        db,
        slug=SLUG,
        start_at=prize.start,
        holder=Holder(f"{client}-{time.time_ns()}", address, is_new=True),
        country="RU",
        zone=ZONE,
        locale="ru",
        now=prize.now or datetime.now(UTC),
    )
    return WON


def hold_beside(db: Session, prize: Prize, client: int) -> str:
    """One of four starts half an hour apart: each overlaps its neighbours."""
    return hold(db, replace(prize, start=prize.start + client % 4 * _STEP), client)


def move_or_hold(db: Session, prize: Prize, client: int) -> str:
    """One client moves a booked session to the start, the others hold it."""
    if client:
        return hold(db, prize, client)
    session = sessions.get_session(db, reference=prize.reference)
    sessions.move_session(
        db,
        session=session,
        start=prize.start,
        by="staff",
        policy=sessions.MovePolicy(free_moves=1, deadline=timedelta(hours=24)),
        actor="system",
        now=datetime.now(UTC),
    )
    return WON


def pay_or_expire(db: Session, prize: Prize, client: int) -> str:
    """Money comes in the last second of a hold; others let it lapse, and hold the time anew."""
    session = sessions.get_session(db, reference=prize.reference)
    found = orders.find_order_of(db, session=session)
    assert found is not None
    # Not the session's own end, which is gone for who looks after the money has come.
    over = next(bill.due_at for bill in found.bills if bill.kind == "main")
    if client == 0:
        return _pay(db, session, over - timedelta(seconds=1))
    if client < 8:
        sessions.expire_hold(db, session_id=session.id, now=over)
        return REFUSED
    db.rollback()
    return hold(db, replace(prize, now=over), client)


def _pay(db: Session, session: Any, now: datetime) -> str:
    found = orders.find_order_of(db, session=session)
    assert found is not None
    order = orders.get_order(db, reference=found.reference, lock=True)
    bill = next(bill for bill in order.bills if bill.kind == "main")
    try:
        orders.confirm_paid(db, order=order, bill=bill, now=now)
    except orders.SlotGoneError:
        return REFUSED
    return WON


ACTS = {act.__name__: act for act in (hold, hold_beside, move_or_hold, pay_or_expire)}
