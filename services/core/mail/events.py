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
# An issued document, to who takes care of the bill: `total` Money with tax; `seller`, `buyer` names;
# `url` the bill's own page.
_DOCUMENT = {"number", "issued_on", "total", "seller", "buyer", "order_ref", "url"}
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

_SALES = {"reference", "kind", "name", "company", "email", "phone", "product", "body"}

# A free request, to its author: `number` int; `subject` as he wrote it; `product` Texts; `url` its own page.
_REQUEST = {"number", "subject", "product", "url"}

EVENTS: dict[str, frozenset[str]] = {
    # To the customer. `service` Texts; `zone` his; `specialist` a name or "";
    # `paid` Money, or what is to be paid by `due_on` (a date; None: it is paid); `vat` Money or None;
    # `vat_percent` 22 or None;
    # `ladder` steps with until_at (None: later), refund, kept; `ordered_at` a moment.
    "session_confirmed": frozenset(
        _SESSION
        | {
            "order_ref",
            "minutes",
            "specialist",
            "paid",
            "due_on",
            "vat",
            "vat_percent",
            "ladder",
            "ordered_at",
        }
    ),
    # `ended_by` "customer", "vendor" or "missed"; `refund`, `kept` Money or None (nothing paid); `owed`
    # what of it is still to be paid, Money or None.
    "session_cancelled": frozenset(_SESSION | {"order_ref", "ended_by", "refund", "kept", "owed"}),
    # Not paid yet: `total` Money; `held_until` a moment; `url` the next step of the order.
    "order_link": frozenset(_SESSION | {"order_ref", "minutes", "total", "held_until"}),
    # The session isn't confirmed before its money: `reason` as staff wrote it; `held_until` a moment.
    "trust_refused": frozenset(_SESSION | {"order_ref", "reason", "held_until"}),
    # Money that came when the time was gone: `amount` Money; `choose_until` a moment, then it goes back.
    "time_gone": frozenset(_SESSION | {"order_ref", "amount", "choose_until"}),
    # To who waits for a time: `offer_minutes` is how long an offered one is kept.
    "wish_received": frozenset(_WISH | {"offer_minutes"}),
    # Not paid yet: `total` Money; `held_until` a moment; `url` the order; `wish_url` the wish's page.
    "wish_offered": frozenset(_SESSION | {"wish_ref", "minutes", "total", "held_until", "wish_url"}),
    # `reason` "window" (its dates are over) or "passes" (too many offers ran out).
    "wish_lapsed": frozenset(_WISH | {"reason"}),
    # To who ordered, when the invoice went to `sent_to`; `url` the order.
    "invoice_passed_on": frozenset(
        _SESSION | {"order_ref", "number", "total", "due_on", "held_until", "sent_to"}
    ),
    # `is_late` after the due date; `rest` Money; `void_after` a moment in `zone` (the seller's), or None.
    "invoice_reminder": frozenset(_DOCUMENT | {"rest", "due_on", "is_late", "void_after", "purpose", "zone"}),
    # `received`, `rest` Money.
    "invoice_partly_paid": frozenset(_DOCUMENT | {"received", "rest", "due_on", "purpose"}),
    "invoice_void": frozenset(_DOCUMENT),
    # The time is free for others again: `url` the order.
    "order_lapsed": frozenset(_SESSION | {"order_ref", "number", "total"}),
    # `amount` Money; `url` the page of the session.
    "refund_sent": frozenset({"order_ref", "service", "starts_at", "zone", "amount", "url"}),
    # `due_on` a date of the seller's; `vat` Money and `vat_percent`, None where there is none or several;
    # `bic` the bank's code (БИК, or SWIFT); what there is none of is "". Only to who ordered and waits:
    # `order_url`, and `held_until` in his `zone`; to others "" and None.
    "invoice_issued": frozenset(
        _DOCUMENT
        | {"order_url", "held_until", "zone"}
        | {"due_on", "vat", "vat_percent", "seller_inn", "seller_kpp"}
        | {"bank", "bic", "corr_account", "account", "purpose"}
    ),
    # `refusable_until_on` the last date to object.
    "act_issued": frozenset(_DOCUMENT | {"service_on", "refusable_until_on"}),
    # `corrects` the number of what it corrects, `corrects_on` its date; `reason` as staff wrote it.
    "credit_note_issued": frozenset(_DOCUMENT | {"corrects", "corrects_on", "reason"}),
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
    # To who asked the sales people, and to the vendor: `kind` a code; `product` Texts or None.
    "sales_receipt": frozenset(_SALES),
    "sales_received": frozenset(_SALES),
    # `class_name` Texts; minutes and deadlines of business time (None while it waits for him), in his
    # `zone` and the `vendor_zone`; `missing` (Texts, detail) pairs that we ask for.
    "support_receipt": frozenset(
        _REQUEST
        | {"class_name", "response_minutes", "resolution_minutes", "response_due_at", "resolution_due_at"}
        # `said`: what staff wrote down (`source` "call", "session"); "" for what he wrote himself.
        | {"zone", "vendor_zone", "missing", "cannot_collect", "source", "said"}
    ),
    # A person's word: `body` as it was written, `staff` a name, `files` names of files on the page.
    "support_answer": frozenset(_REQUEST | {"body", "staff", "files"}),
    # `items` (name Texts, hint Texts, detail) triples; `body` may be "".
    "support_asked": frozenset(_REQUEST | {"body", "staff", "items"}),
    # `is_plan` else a solution; `reopen_until_on` the last date to open it again.
    "support_resolved": frozenset(_REQUEST | {"body", "staff", "files", "is_plan", "reopen_until_on"}),
    "support_closed": frozenset(_REQUEST),
    # To a colleague of the contact person: `contact` his first name, or "".
    "support_kept": frozenset(_REQUEST | {"contact"}),
    "support_dropped": frozenset(_REQUEST | {"contact"}),
    # To the contact person: `author` a name, `employees` int; `url` the page to send it on or drop it.
    "support_forwarded": frozenset(_REQUEST | {"author", "employees"}),
    # To whom the part of the contact person of `company` is offered by `from_name`; `url` his answer's page.
    "contact_offered": frozenset({"company", "from_name", "url"}),
    # To the new contact person; `url` his own page.
    "contact_named": frozenset({"company", "url"}),
    # A free connection: `change` "agreed", "moved" or "cancelled"; `before_at` when it was to start until
    # it was moved, else None; `zone` his; `specialist` a name; `connection_url` its own page.
    "support_connection": frozenset(
        _REQUEST | {"change", "starts_at", "ends_at", "before_at", "zone", "specialist", "connection_url"}
    ),
    # To staff: `target` "response" or "resolution", `share` percent of it are used; `left_minutes` of
    # business time; `url` the staff's page.
    "support_reminder": frozenset(_REQUEST | {"target", "share", "left_minutes", "due_at", "zone"}),
    # `into` the number of the request that stays, `into_url` its page, or "" for whoever may not open it.
    "support_merged": frozenset(_REQUEST | {"into", "into_url"}),
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
