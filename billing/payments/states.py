"""The moves of an attempt to pay, on one screen."""

from __future__ import annotations

from services.core.states import Machine

LIVE = ("created", "open", "processing")

ATTEMPT = Machine(
    "attempt",
    {
        "open": (("created",), "open"),
        # A delayed method: the page is done, the money is on its way.
        "process": (("open",), "processing"),
        # Money is a fact: whatever we thought before, it is there.
        "capture": (("created", "open", "processing", "failed", "expired", "abandoned"), "captured"),
        # From `created`: the provider refused to open a page.
        "fail": (("created", "open", "processing"), "failed"),
        "expire": (("open",), "expired"),
        "abandon": (("created", "open"), "abandoned"),
    },
)
