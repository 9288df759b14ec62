"""An order begins when a time is chosen: before the customer says who he is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg.types.json import Jsonb
from sqlalchemy.orm.attributes import set_committed_value

from billing import prices
from billing.orders import deadlines
from billing.orders.keep_limits import keep_limits
from billing.orders.models import Order
from billing.orders.queries import require_draft
from services import sessions
from services.core.audit import RECORDING, noting, record
from services.core.db import adopt, ask
from services.core.references import new_reference
from services.core.revisions import revisions
from services.core.vendor import know_settings
from services.sessions import Chosen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from sqlalchemy.orm import Session

    from services.core.revisions import Topic
    from services.core.texts import Locale
    from services.sessions import Holder

_COLUMNS = (
    "reference", "state", "seller_id", "service_id", "session_id", "country", "currency", "locale",
    "zone", "price", "policy", "created_at",
)  # fmt: skip
_START = f"""
    WITH made AS (
        INSERT INTO billing."order" ({", ".join(_COLUMNS)})
        VALUES ({", ".join(f"%({name})s" for name in _COLUMNS)}) RETURNING id
    ), noted AS ({RECORDING})
    SELECT id FROM made
"""  # noqa: S608 - made of the words above alone


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
    now: datetime,
) -> Order:
    """Take the time from `start_at` (aware, UTC) of the service `slug`; begin a draft, its price frozen.

    The time is kept as long as the limits say from a choice, or until `offered_until` when it is we
    who offer it to somebody. `zone` is the customer's (IANA), `country` the payer's as far as it is
    known; `seen` are the revisions of all topics, if they were read before in this transaction. `bare`
    as in `Claim`.
    Raises NotFoundError, SlotTakenError, SlotNotOfferedError, HoldLimitError, AddressLimitError,
    NoSellerError, NoPriceError.
    """
    seen = seen or revisions(db)
    know_settings(db, seen=seen)
    sale = prices.get_sale(db, slug=slug, seen=seen, active_only=False, now=now)
    offer = sale.offer_to(country)
    price = sale.quote(offer, start=start_at, now=now)
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
        now=now,
    )
    order = Order(
        reference=new_reference("O"),
        state="draft",
        seller_id=offer.seller_id,
        service_id=sale.service_id,
        session_id=session.id,
        country=country,
        currency=offer.currency,
        locale=locale,
        zone=zone,
        price=price.to_json(),
        policy=offer.ladder_policy().to_json(),
        link_version=1,
        created_at=now,
    )
    values: dict[str, object] = {name: getattr(order, name) for name in _COLUMNS}
    values |= noting(
        actor="system" if offered_until else "customer",
        verb="order.start",
        subject=f"order:{order.reference}",
        after={"session": session.reference, "gross": price.gross.minor},
        now=now,
    )
    values |= {"price": Jsonb(order.price), "policy": Jsonb(order.policy)}
    row: Any = ask(db, _START, values).one()
    order.id = row[0]
    adopt(db, order)
    set_committed_value(order, "session", session)
    return order


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
