"""Limits on tries, counted in PostgreSQL so that they hold over several processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from sqlalchemy import case, delete, select
from sqlalchemy.dialects.postgresql import insert

from services.core.db import core_of, record_refusal
from webapp.auth.models import Throttle

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Limit:
    """At most `tries` of one `kind` within `period`, counted from the first of them."""

    kind: str
    tries: int
    period: timedelta


ACCOUNT = Limit("sign-in account", 8, timedelta(minutes=15))
ADDRESS = Limit("sign-in address", 40, timedelta(minutes=15))
RECOVERY_ACCOUNT = Limit("recovery account", 3, timedelta(hours=1))
RECOVERY_ADDRESS = Limit("recovery address", 10, timedelta(hours=1))

_LINE_BITS = 64


def network_of(address: str | None) -> str:
    """Whose tries count together: an IPv4 address, or the 64 bits that all of one line's IPv6 ones share."""
    try:
        known = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or IPv6Address(int(known) >> _LINE_BITS << _LINE_BITS))


def spend(db: Session, *, limit: Limit, whom: str, now: datetime) -> datetime | None:
    """Count one try of `whom` before it is judged, in a transaction that survives the refusal.

    Returns None while tries are left, else the moment (UTC) from which they are again.
    """
    key = core_of(db).keys.mac("throttle", limit.kind, whom.lower())
    over = Throttle.since <= now - limit.period
    with record_refusal(db) as own:
        counted = insert(Throttle).values(key=key, since=now, tries=1)
        since, tries = own.execute(
            counted.on_conflict_do_update(
                index_elements=[Throttle.key],
                set_={
                    "since": case((over, counted.excluded.since), else_=Throttle.since),
                    "tries": case((over, 1), else_=Throttle.tries + 1),
                },
            ).returning(Throttle.since, Throttle.tries)
        ).one()
    return since + limit.period if tries > limit.tries else None


def forgive(db: Session, *, limit: Limit, whom: str, now: datetime) -> None:
    """Forget the tries of `whom` after a success, and sweep counters that are a day old."""
    key = core_of(db).keys.mac("throttle", limit.kind, whom.lower())
    db.execute(delete(Throttle).where(Throttle.key == key))
    old = (
        select(Throttle.key)
        .where(Throttle.since < now - timedelta(days=1))
        .limit(100)
        .with_for_update(skip_locked=True)
    )
    db.execute(delete(Throttle).where(Throttle.key.in_(old)))
