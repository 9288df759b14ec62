"""Paying in the demo's past: the real gateway against a short-lived sandbox on loopback.

Its state is left in the sandbox's folder, so that the sandbox which serves the demo later knows
these payments and can give them back.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from billing import payments
from billing.payments.gateway import StripeGateway
from billing.settings import ProviderSettings
from webapp.sandbox import outcomes
from webapp.sandbox.keys import Account, keys_in
from webapp.sandbox.server import Sandbox
from webapp.sandbox.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session, sessionmaker


class Till:
    """Takes money for open attempts at moments of the past; commits as payments always do."""

    def __init__(self, sandbox: Sandbox, account: Account, secret: str) -> None:
        self._sandbox = sandbox
        self._account = account
        self._provider = StripeGateway(
            ProviderSettings(
                secret_key=account.secret_key,
                webhook_secrets=(secret,),
                livemode=False,
                api_base=sandbox.url,
            )
        )

    def pay(
        self, sessions: sessionmaker[Session], *, attempt: str, opened_at: datetime, paid_at: datetime
    ) -> None:
        """Open the page of a committed attempt, pay on it by card, and settle what it says."""
        self._set_clock(opened_at)
        payments.start_checkout(sessions, self._provider, reference=attempt, now=opened_at)
        with sessions() as db:
            page = payments.get_attempt(db, reference=attempt).provider_ref or ""
        self._set_clock(paid_at)
        with self._sandbox.state.lock:
            thing = self._sandbox.state.get("checkout.session", page, self._account)
            outcomes.pay(self._sandbox.state, thing)
        payments.sync_attempt(sessions, self._provider, reference=attempt, now=paid_at)

    def _set_clock(self, at: datetime) -> None:
        with self._sandbox.state.lock:
            self._sandbox.state.clock = int(at.timestamp())


@contextmanager
def open_till(folder: Path) -> Iterator[Till]:
    """A till whose sandbox keeps its keys and state in `folder`; nobody is told by webhook."""
    keys = keys_in(folder)
    account = Account(keys.account, keys.secret_key)
    state = State([account], file=folder / "state.json")
    sandbox = Sandbox(state)
    sandbox.start()
    try:
        yield Till(sandbox, account, keys.webhook_secret)
    finally:
        sandbox.stop()
        with state.lock:
            state.clock = None
            state.save()
