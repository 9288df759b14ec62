"""Advisory locks: all there are, in the order in which whoever needs several of them takes them.

A ring of waiting can't form while everybody keeps this order, and ascending keys within one lock:

1. `SERVICE_LINE`, by the service: who gives its freed times away.
2. `BROWSER`, then `ADDRESS`: whoever begins a hold; by the hash of a token, of a network address.
3. `CONTACT`: whoever says who he is; by the hash of an e-mail address, of an organisation.
4. Rows of sessions, by their ids.
5. `DATE`: whoever takes time that a quota counts; by the vendor's dates.
6. `SPECIALIST`: whoever exchanges time or counts against a daily limit.
7. Rows of wishes.

`WISHES` (by the hash of an e-mail address) comes before rows of wishes; nobody holds another one
then. `DESK_WORK`, `REGULATION` and `PICKS` have one key and stand alone. `SENT_FORM` (by the hash of a form's
key) comes before everything that a free request locks. `HOURS` is shared by whoever starts clocks; who
changes the hours that they count by has it alone, so that he knows all that have started, and waits for
nothing after it. All of them last until the transaction ends.
What creates roles (`roles.py`) locks a single number, which is another space.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from services.core.db import array_of, ask

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

SERVICE_LINE: Final = 7015
BROWSER: Final = 7002
ADDRESS: Final = 7003
CONTACT: Final = 7004
DATE: Final = 7005
SPECIALIST: Final = 7001
WISHES: Final = 7016
DESK_WORK: Final = 7006
REGULATION: Final = 7022
PICKS: Final = 7023
SENT_FORM: Final = 7021
HOURS: Final = 7024

_WAIT = """
    SELECT pg_advisory_xact_lock(lock, key)
    FROM unnest(CAST(%(locks)s AS int[]), CAST(%(keys)s AS int[])) AS wanted (lock, key)
"""


def wait_for(db: Session, lock: int, keys: Iterable[int] = (0,)) -> None:
    """Wait for everybody else who has this lock for one of these keys, ascending."""
    wait_for_all(db, [(lock, key) for key in sorted(keys)])


def wait_for_all(db: Session, wanted: Sequence[tuple[int, int]]) -> None:
    """Wait for several locks, each with a key, one after the other in the order they are given in."""
    locks, keys = (array_of(str(pair[place]) for pair in wanted) for place in (0, 1))
    ask(db, _WAIT, {"locks": locks, "keys": keys})


def key_of(text: str) -> int:
    """Give the key of a text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big", signed=True)


def share(db: Session, lock: int) -> None:
    """Wait for whoever has this lock alone, and hold it together with all who share it."""
    ask(db, "SELECT pg_advisory_xact_lock_shared(%(lock)s, 0)", {"lock": lock})
