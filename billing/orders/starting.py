"""An order begins when a time is chosen: before the customer says who he is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg.types.json import Jsonb
from sqlalchemy.orm.attributes import set_committed_value

from billing import prices
from billing.orders import deadlines
from billing.orders.keep_limits import keep_limits
from billing.orders.models import Order
from billing.orders.queries import require_draft
from services import sessions
from services.core.audit import noting, record, recording
from services.core.db import adopt, cast_to
from services.core.references import new_reference
from services.core.revisions import revisions
from services.core.vendor import know_settings
from services.sessions import Along, Beginning, Chosen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from sqlalchemy.orm import Session

    from services.core.revisions import Topic
    from services.core.texts import Locale
    from services.sessions import Holder

_COLUMNS = (
    "reference", "seller_id", "service_id", "country", "currency", "locale", "zone", "price", "policy",
)  # fmt: skip
_SESSION = "(SELECT jsonb_build_object('session', reference) FROM made)"
# Written along with the session, `made` in that statement.
_ORDERED = f"""
    , ordered AS (
        INSERT INTO billing."order" ({", ".join(_COLUMNS)}, state, created_at, session_id)
        SELECT {", ".join(cast_to(Order, name, f"order_{name}") for name in _COLUMNS)}, 'draft',
            {cast_to(Order, "created_at", "now")}, made.id
        FROM made
        RETURNING id
    ), order_noted AS ({recording("ordered", "order.start", also=_SESSION)})
"""  # noqa: S608 - made of the words above alone


@dataclass(frozen=True)
class Begun:
    """A draft that was begun; `order` is an object for those who need one."""

    reference: str
    link_version: int
    _facts: Mapping[str, Any]
    _session: Beginning

    def order(self, db: Session) -> Order:
        """Give the order, with its session."""
        facts = {**self._facts, "state": "draft", "link_version": self.link_version}
        made = adopt(db, Order(session_id=self._session.id, **facts))
        set_committed_value(made, "session", self._session.session(db))
        return made


def start(
    db: Session,
    *,
    slug: str,
    start_at: datetime,
    holder: Holder,
    country: str,
    zone: str,
    locale: Locale,
    offered_until: datetime | None = None,
    bare: bool = False,
    seen: Mapping[Topic, str] | None = None,
    unsure: bool = False,
    now: datetime,
) -> Begun:
    """Take the time from `start_at` (aware, UTC) of the service `slug`; begin a draft, its price frozen.

    The time is kept as long as the limits say from a choice, or until `offered_until` when it is we
    who offer it to somebody. `zone` is the customer's (IANA), `country` the payer's as far as it is
    known; `seen` are the revisions of `RULES`, if they were read before in this transaction, or believed by
    who is `unsure`. `bare` as in `Claim`.
    Raises NotFoundError, SlotTakenError, SlotNotOfferedError, HoldLimitError, AddressLimitError,
    NoSellerError, NoPriceError.
    """
    seen = seen or revisions(db)
    know_settings(db, seen=seen)
    sale = prices.get_sale(db, slug=slug, seen=seen, active_only=False, now=now)
    offer = sale.offer_to(country)
    price = sale.quote(offer, start=start_at, now=now)
    facts: dict[str, Any] = {
        "reference": new_reference("O"),
        "seller_id": offer.seller_id,
        "service_id": sale.service_id,
        "country": country,
        "currency": offer.currency,
        "locale": locale,
        "zone": zone,
        "price": price.to_json(),
        "policy": offer.ladder_policy().to_json(),
    }
    actor = "system" if offered_until else "customer"
    along = _along(facts, actor, gross=price.gross.minor, now=now)
    session = sessions.hold(
        db,
        chosen=Chosen(sale.service_id, sale.slug, sale.name, sale.rules),
        start=start_at,
        holder=holder,
        basis="order",
        zone=zone,
        until=offered_until or deadlines.chosen_until(now, keep_limits(db)),
        bare=bare,
        seen=seen,
        unsure=unsure,
        along=along,
        now=now,
    )
    return Begun(facts["reference"], 1, facts | {"id": along.given, "created_at": now}, session)


def _along(facts: Mapping[str, Any], actor: str, *, gross: int, now: datetime) -> Along:
    """Write the order and its line of the log along with the session; the session's id is known then."""
    values: dict[str, object] = {f"order_{name}": value for name, value in facts.items()}
    values |= {"order_price": Jsonb(facts["price"]), "order_policy": Jsonb(facts["policy"])}
    subject, after = f"order:{facts['reference']}", {"gross": gross}
    values |= noting("ordered", actor=actor, subject=subject, after=after, now=now)
    return Along(_ORDERED, "SELECT id FROM ordered", values)


def change_time(
    db: Session, *, order: Order, start_at: datetime, zone: str | None = None, now: datetime
) -> Order:
    """Exchange the draft's time for another; what was filled in stays, the price is quoted anew.

    `zone` (IANA) is the customer's, if he has chosen by another clock than before. Keeps the old
    time when the new one can't be had. Raises HoldOverError (also once there is a bill),
    SlotTakenError, SlotNotOfferedError.
    """
    require_draft(order, now=now)
    order.price = prices.quote_for(
        db, service=order.service, seller=order.seller, start=start_at, now=now
    ).to_json()
    order.zone = zone or order.zone
    sessions.change_hold(db, session=order.session, start=start_at, zone=zone, now=now)
    record(db, actor="customer", verb="order.change_time", subject=f"order:{order.reference}", now=now)
    return order
