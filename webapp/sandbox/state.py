"""What the sandbox remembers: objects by kind, who owns them, answers by idempotency key."""

from __future__ import annotations

import json
import secrets
import threading
import time
from typing import TYPE_CHECKING, Any, TypeAlias

from webapp.sandbox.errors import missing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from webapp.sandbox.keys import Account

Thing: TypeAlias = dict[str, Any]

API_VERSION = "2026-10-28.endive"
KINDS = {
    "checkout.session": "cs",
    "payment_intent": "pi",
    "charge": "ch",
    "refund": "re",
    "event": "evt",
    "balance_transaction": "txn",
}


class State:
    """Everything of the double. Whoever reads or changes it holds `lock`.

    `clock` is None for the system's time, or the frozen second that a test has set.
    `settle_after` seconds a delayed payment settles by itself; None leaves that to the controls.
    """

    def __init__(
        self,
        accounts: Sequence[Account],
        *,
        file: Path | None = None,
        settle_after: int | None = None,
    ) -> None:
        self.lock = threading.RLock()
        self.accounts = {account.secret_key: account for account in accounts}
        self.public_url = ""
        self.file = file
        self.settle_after = settle_after
        self.clock: int | None = None
        self.things: dict[str, dict[str, Thing]] = {kind: {} for kind in KINDS}
        self.line_items: dict[str, list[Thing]] = {}
        self.owners: dict[str, str] = {}
        self.intents: dict[str, Thing] = {}
        self.settle_at: dict[str, int] = {}
        self.answers: dict[str, Thing] = {}
        self.refund_outcomes: list[str] = []
        self.idempotency_key: str | None = None
        self.on_event: Callable[[Thing], None] = lambda _event: None
        self._read()

    def now(self) -> int:
        """Return the current second since 1970, by the clock of the sandbox."""
        return int(time.time()) if self.clock is None else self.clock

    def new_id(self, kind: str, *, livemode: bool) -> str:
        """Return an unused id with the prefix of its kind; sessions say their mode in it."""
        mode = ("live_" if livemode else "test_") if kind == "checkout.session" else ""
        return f"{KINDS[kind]}_{mode}{secrets.token_hex(12)}"

    def add(self, thing: Thing, account: str) -> Thing:
        """Store a new object of an account under its id."""
        self.things[thing["object"]][thing["id"]] = thing
        self.owners[thing["id"]] = account
        return thing

    def get(self, kind: str, reference: str, account: Account, param: str = "id") -> Thing:
        """Return an object that the account owns in the key's mode; 404 otherwise."""
        thing = self.things[kind].get(reference)
        if thing is None or self.owners[reference] != account.account:
            raise missing(kind, reference, param)
        if thing.get("livemode", account.livemode) != account.livemode:
            raise missing(kind, reference, param)
        return thing

    def emit(self, kind: str, thing: Thing) -> Thing:
        """Record an event with the object as it is now, and hand it to the courier."""
        livemode = bool(thing.get("livemode", False))
        event = {
            "id": self.new_id("event", livemode=livemode),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": {"object": json.loads(json.dumps(thing))},
            "livemode": livemode,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": self.idempotency_key},
            "type": kind,
        }
        self.add(event, self.owners[thing["id"]])
        self.on_event(event)
        return event

    def save(self) -> None:
        """Write everything beside the file and put it in its place, if there is a file."""
        if self.file is None:
            return
        kept = {name: getattr(self, name) for name in _KEPT}
        aside = self.file.with_suffix(".new")
        aside.write_text(json.dumps(kept), "utf-8")
        aside.replace(self.file)

    def _read(self) -> None:
        if self.file is None or not self.file.exists():
            return
        for name, value in json.loads(self.file.read_text("utf-8")).items():
            if name in _KEPT:
                setattr(self, name, value)


_KEPT = ("things", "line_items", "intents", "owners", "settle_at", "answers", "clock")
