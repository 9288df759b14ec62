"""The moves of a refund, on one screen."""

from __future__ import annotations

from services.core.states import Machine

LIVE = ("requested", "approved", "submitted", "pending", "succeeded")
"""These count against what was captured: the money is promised, on its way, or gone."""

REFUND = Machine(
    "refund",
    {
        "approve": (("requested",), "approved"),
        "submit": (("approved",), "submitted"),
        "wait": (("submitted",), "pending"),
        "succeed": (("submitted", "pending"), "succeeded"),
        # Also weeks after it had succeeded: the customer's bank sent the money back.
        "fail": (("submitted", "pending", "succeeded"), "failed"),
        "cancel": (("requested", "approved", "submitted", "pending"), "cancelled"),
    },
)
