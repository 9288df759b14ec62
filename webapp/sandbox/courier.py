"""Signed webhooks: delivered in order, and dropped, doubled, delayed, reordered or missigned on demand."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.sandbox.state import State, Thing

_log = logging.getLogger(__name__)
MODES = ("send", "hold", "drop", "double", "reorder", "missign")
_RETRIES_S = (1.0, 5.0, 25.0, 125.0)


@dataclass(order=True)
class _Parcel:
    due: float
    event: Thing = field(compare=False)
    tries: int = field(default=0, compare=False)
    missigned: bool = field(default=False, compare=False)


def sign(body: bytes, secret: str, at: int) -> str:
    """Return the value of the Stripe-Signature header for a body at a second since 1970."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


class Courier:
    """Delivers events to the shop's address from a thread of its own.

    `mode` says what becomes of new events: sent, held until they are asked for, dropped, sent
    twice, sent in pairs of reversed order, or sent with a bad signature; `delay` seconds wait.
    """

    def __init__(self, state: State, *, url: str, secret: str) -> None:
        self.state = state
        self.url = url
        self.secret = secret
        self.mode = "send"
        self.delay = 0.0
        self.held: list[Thing] = []
        self._parcels: list[_Parcel] = []
        self._wake = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name="sandbox-courier", daemon=True)

    def start(self) -> None:
        """Begin to deliver what comes."""
        self._thread.start()

    def stop(self) -> None:
        """Deliver nothing any more."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def take(self, event: Thing) -> None:
        """Accept a new event, as the present mode says."""
        if self.mode == "drop":
            return
        if self.mode in ("hold", "reorder"):
            self.held.append(event)
            if self.mode == "reorder" and len(self.held) == 2:
                self.release(reverse=True)
            return
        for _ in range(2 if self.mode == "double" else 1):
            self._post(event, missigned=self.mode == "missign")

    def release(self, *, reverse: bool = False) -> None:
        """Send what was held, in the order of the events or against it."""
        held, self.held = self.held, []
        for event in reversed(held) if reverse else held:
            self._post(event)

    def deliver(self, event: Thing, *, missigned: bool = False, at: int | None = None) -> int:
        """Send one event now and return the shop's status; 0 when nobody answered."""
        body = json.dumps(event, ensure_ascii=False).encode()
        secret = "whsec_nobody_knows_this" if missigned else self.secret
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (sandbox of Priyom)",
            "Stripe-Signature": sign(body, secret, self.state.now() if at is None else at),
        }
        request = urllib.request.Request(self.url, body, headers, method="POST")  # noqa: S310  (address from the command line)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310  (address from the command line)
                return int(response.status)
        except urllib.error.HTTPError as refusal:
            return int(refusal.code)
        except OSError:
            return 0

    def _post(self, event: Thing, *, missigned: bool = False) -> None:
        with self._wake:
            self._parcels.append(_Parcel(time.monotonic() + self.delay, event, missigned=missigned))
            self._wake.notify()

    def _next(self) -> _Parcel | None:
        with self._wake:
            while not self._stopped:
                due = min(self._parcels, default=None)
                wait = None if due is None else due.due - time.monotonic()
                if due is not None and wait is not None and wait <= 0:
                    self._parcels.remove(due)
                    return due
                self._wake.wait(wait)
        return None

    def _work(self) -> None:
        while (parcel := self._next()) is not None:
            status = self.deliver(parcel.event, missigned=parcel.missigned) if self.url else 200
            if 200 <= status < 300:
                continue
            _log.warning("webhook %s was answered %s", parcel.event["type"], status)
            if parcel.tries < len(_RETRIES_S) and not parcel.missigned:
                wait = _RETRIES_S[parcel.tries]
                with self._wake:
                    again = _Parcel(time.monotonic() + wait, parcel.event, parcel.tries + 1)
                    self._parcels.append(again)
