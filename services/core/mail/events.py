"""The events that send a mail, and the facts that each one's templates are given.

An event has a folder `templates/emails/<event>/` with `subject.txt`, `body.txt`, `body.html`.
Facts are plain values without a language: `Money`, aware UTC moments, `Texts`, IANA zones,
references, names as they were written, absolute addresses of pages (`url`, `link`). Missing
and unknown facts are mistakes of the program and are refused at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SESSION = {"session_ref", "service", "starts_at", "ends_at", "zone", "url"}
# `from_on`, `until_on` dates of his calendar; `part` of the day in the source language; `url` the
# wish's own page.
_WISH = {"wish_ref", "service", "from_on", "until_on", "part", "zone", "url"}
_ENQUIRY = {
    "reference",
    "company",
    "contact_name",
    "email",
    "phone",
    "products",
    "users",
    "sites",
    "hours",
    "own_hours",
    "trouble",
}

EVENTS: dict[str, frozenset[str]] = {
    # To the customer. `service` Texts; `zone` his; `specialist` a name or "";
    # `paid` Money; `vat` Money or None; `vat_percent` 22 or None;
    # `ladder` steps with until_at (None: later), refund, kept; `ordered_at` a moment.
    "session_confirmed": frozenset(
        _SESSION
        | {
            "order_ref",
            "minutes",
            "specialist",
            "paid",
            "vat",
            "vat_percent",
            "ladder",
            "ordered_at",
        }
    ),
    # `ended_by` "customer", "vendor" or "missed"; `refund`, `kept` Money or None (nothing paid).
    "session_cancelled": frozenset(_SESSION | {"order_ref", "ended_by", "refund", "kept"}),
    # Not paid yet: `total` Money; `held_until` a moment; `url` the next step of the order.
    "order_link": frozenset(_SESSION | {"order_ref", "minutes", "total", "held_until"}),
    # To who waits for a time: `offer_minutes` is how long an offered one is kept.
    "wish_received": frozenset(_WISH | {"offer_minutes"}),
    # Not paid yet: `total` Money; `held_until` a moment; `url` the order; `wish_url` the wish's page.
    "wish_offered": frozenset(_SESSION | {"wish_ref", "minutes", "total", "held_until", "wish_url"}),
    # `reason` "window" (its dates are over) or "passes" (too many offers ran out).
    "wish_lapsed": frozenset(_WISH | {"reason"}),
    # `amount` Money; `url` the page of the session.
    "refund_sent": frozenset({"order_ref", "service", "starts_at", "zone", "amount", "url"}),
    # To the specialist. `zone` his; `customer` a person's name; `organisation` a name or "";
    # `customer_zone` IANA; `product` Texts or None; `situation` the words ticked,
    # in the source language, and `problem` those written, or ""; `url` the staff's page.
    "specialist_session_booked": frozenset(
        _SESSION | {"minutes", "customer", "organisation", "customer_zone", "product", "situation", "problem"}
    ),
    # `ended_by` as above.
    "specialist_session_cancelled": frozenset(_SESSION | {"customer", "organisation", "ended_by"}),
    # `before_at` when it was to start until now; the other facts are the new ones.
    "specialist_session_moved": frozenset(_SESSION | {"customer", "organisation", "before_at"}),
    # It goes to a colleague; the times are those he had.
    "specialist_session_left": frozenset(_SESSION | {"customer", "organisation"}),
    # To staff. `reason` a code of billing; `order_ref` may be ""; `amount` Money or None.
    "payment_needs_attention": frozenset({"reason", "order_ref", "amount", "url"}),
    # `count` sessions that newer zone data (`zone_data`, a release) have moved on customers' clocks.
    "promises_moved": frozenset({"count", "zone_data", "url"}),
    # The enquiry as it was written: `products` Texts, `users`, `sites` int or None, `hours` a code.
    "sla_enquiry_received": frozenset(_ENQUIRY),
    "sla_enquiry_receipt": frozenset(_ENQUIRY),
    # Sign-in: `link` the page that sets a new password; after it `link` is "".
    "password_link": frozenset({"link"}),
    "password_set": frozenset({"link"}),
}


def check_facts(event: str, facts: Mapping[str, object]) -> None:
    """Raise ValueError unless `event` is known and has exactly the facts it needs."""
    wanted = EVENTS.get(event)
    if wanted is None:
        raise ValueError(f"no mail is called {event!r}")
    if wanted != facts.keys():
        missing, foreign = sorted(wanted - facts.keys()), sorted(facts.keys() - wanted)
        raise ValueError(f"facts of {event}: missing {missing}, unknown {foreign}")
