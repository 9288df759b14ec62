"""The life of a session: every move on one screen."""

from __future__ import annotations

from typing import Final, Literal

from services.core.states import Machine

Basis = Literal["order", "support", "contract"]
EndedBy = Literal["customer", "vendor", "system"]

SESSION: Final = Machine(
    "session",
    {
        "confirm": (("held",), "booked"),
        "expire": (("held",), "expired"),
        "cancel": (("held", "booked"), "cancelled"),
        "start": (("booked",), "in_progress"),
        "miss": (("booked",), "missed"),
        "deliver": (("in_progress",), "delivered"),
    },
)
ENDS: Final = ("expired", "cancelled", "missed", "delivered")
