"""The life of a request for a confirmation before the money."""

from __future__ import annotations

from typing import Final

from services.core.states import Machine

TRUST: Final = Machine(
    "trust_request",
    {
        "grant": (("waiting",), "granted"),
        "refuse": (("waiting",), "refused"),
        # The order is paid, over or given up.
        "lapse": (("waiting",), "lapsed"),
    },
)
