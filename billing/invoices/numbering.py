"""Numbers without gaps: a row for each series, locked by whoever takes one until he commits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from billing.invoices.errors import NumberPatternError
from billing.invoices.models import Counter

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.invoices.content import Kind
    from billing.sellers.models import Seller

_N: Final = re.compile(r"\{n(?::0([1-9]))?\}")


@dataclass(frozen=True)
class Numbered:
    """A number taken: the `n`-th of its series in `year`, and the date it bears."""

    year: int
    n: int
    number: str
    issued_on: date


def take_number(db: Session, *, seller: Seller, kind: Kind, now: datetime) -> Numbered:
    """Take the next number of the seller's series; a rollback gives it back.

    Others of the same series wait until this transaction ends, so do it last. The year is that of
    the seller's date. Who waited may have been overtaken at midnight: dates never fall with the
    numbers. Raises NumberPatternError.
    """
    today = now.astimezone(ZoneInfo(seller.zone)).date()
    row = {"seller_id": seller.id, "kind": kind, "year": today.year, "last": 1, "last_on": today}
    taken = insert(Counter).values(row)
    counted = taken.on_conflict_do_update(
        index_elements=["seller_id", "kind", "year"],
        set_={"last": Counter.last + 1, "last_on": func.greatest(Counter.last_on, taken.excluded.last_on)},
    ).returning(Counter.last, Counter.last_on)
    n, issued_on = db.execute(counted).one()
    return Numbered(today.year, n, write_number(seller.number_pattern, year=today.year, n=n), issued_on)


def write_number(pattern: str, *, year: int, n: int) -> str:
    """The number as the seller's pattern writes it: `{year}` once, `{n}` or `{n:06}` once.

    Raises NumberPatternError for a pattern without one of them.
    """
    if pattern.count("{year}") != 1 or len(_N.findall(pattern)) != 1:
        raise NumberPatternError("number_pattern", field="number_pattern")
    return _N.sub(lambda found: f"{n:0{found[1] or 1}d}", pattern.replace("{year}", str(year)))
