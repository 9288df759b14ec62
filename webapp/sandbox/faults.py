"""Faults of the wire, waiting for the requests that they shall hit."""

from __future__ import annotations

import threading
from dataclasses import dataclass

KINDS = ("500", "409", "429", "502", "hang", "cut", "slow")


@dataclass
class Fault:
    """`kind` hits the next `times` requests whose "METHOD /path" begins with `on`.

    `cut` lets the request run and then cuts the line without an answer; `hang` never runs it and
    holds the line for `seconds`; `slow` runs it after `seconds`.
    """

    kind: str
    on: str = ""
    times: int = 1
    seconds: float = 30.0


class Faults:
    """The faults that are still to happen."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()
        self.stopped = threading.Event()

    def add(self, fault: Fault) -> None:
        """Let a fault wait for its requests."""
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Forget all faults and let hanging requests go."""
        with self._lock:
            self._waiting.clear()

    def next_for(self, request: str) -> Fault | None:
        """Take the fault for a request, which is written as "METHOD /path"."""
        with self._lock:
            for fault in self._waiting:
                if request.startswith(fault.on):
                    fault.times -= 1
                    if fault.times < 1:
                        self._waiting.remove(fault)
                    return fault
        return None


ANSWERS = {
    "500": (500, '{"error": {"type": "api_error", "message": "Something went wrong on our side."}}'),
    "409": (
        409,
        '{"error": {"type": "invalid_request_error", "code": "lock_timeout", "message": "Locked."}}',
    ),
    "429": (
        429,
        '{"error": {"type": "invalid_request_error", "code": "rate_limit", "message": "Too many requests."}}',
    ),
    "502": (502, "<html><body><h1>502 Bad Gateway</h1></body></html>"),
}
