"""The moves of an order and of a bill, on one screen."""

from __future__ import annotations

from services.core.states import Machine

ORDER = Machine(
    "order",
    {
        "submit": (("draft",), "awaiting_payment"),
        # From `expired`: late money, the time still free.
        "confirm": (("awaiting_payment", "expired"), "confirmed"),
        "expire": (("draft", "awaiting_payment"), "expired"),
        "cancel": (("draft", "awaiting_payment", "confirmed"), "cancelled"),
        "complete": (("confirmed",), "completed"),
        "close": (("completed",), "closed"),
    },
)

BILL = Machine(
    "bill",
    {
        "cover": (("open",), "covered"),
        # A match was taken back: the money belongs somewhere else.
        "uncover": (("covered",), "open"),
        # A covered bill is voided only when its money was given another place.
        "void": (("open", "covered"), "void"),
        # Late money for a bill that was given up with its order.
        "reopen": (("void",), "open"),
    },
)
