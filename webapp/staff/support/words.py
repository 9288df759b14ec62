"""What the free desk calls things."""

from __future__ import annotations

from typing import Any, Final

from webapp.i18n import lazy_gettext as _l

STATES: Final[dict[str, Any]] = {
    "held": _l("waits for the contact person"),
    "open": _l("in progress"),
    "waiting": _l("waiting for the customer"),
    "resolved": _l("resolved"),
    "closed": _l("closed"),
    "merged": _l("merged"),
    "dropped": _l("not sent on"),
}
LOOKS: Final = {
    "held": "wait",
    "open": "flow",
    "waiting": "wait",
    "resolved": "ok",
    "closed": "line",
    "merged": "line",
    "dropped": "line",
}
SOURCES: Final[dict[str, Any]] = {
    "form": _l("by the form"),
    "mail": _l("by mail"),
    "call": _l("written down after a call"),
    # In which one, and that there was one, is nothing to the queue: it may have been paid for.
    "session": _l("written down by us"),
}
GRADES: Final[dict[str, Any]] = {
    "helped": _l("it helped"),
    "partly": _l("it helped in part"),
    "not": _l("it didn’t help"),
}
REASONS: Final[dict[str, Any]] = {
    "skill": _l("It takes my skill"),
    "merged": _l("It belongs to one that I have"),
    "incident": _l("It is the same incident"),
}
EVENTS: Final[dict[str, Any]] = {
    "received": _l("Received: both clocks start"),
    "asked": _l("Something was asked for: the clocks rest"),
    "customer_wrote": _l("The customer wrote: the clocks run on"),
    "answered": _l("A person answered"),
    "bounced": _l("The mail never arrived: it counts as not written"),
    "resolved": _l("Solution or plan: the clocks stop"),
    "reopened": _l("Opened again"),
    "retargeted": _l("Another class: other deadlines"),
}
