"""The sandbox in the test's own process, over real HTTP, judged by Stripe's specification."""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import Any

import pytest

from tests.fakes.stripe_contract import Contract, specification
from webapp.sandbox.keys import Account
from webapp.sandbox.server import Sandbox
from webapp.sandbox.state import State


class StripeDouble:
    """A running double with its controls as methods."""

    def __init__(self, sandbox: Sandbox, contract: Contract) -> None:
        self.sandbox = sandbox
        self.contract = contract
        self.url = sandbox.url
        self.accounts = list(sandbox.state.accounts.values())
        self.account = self.accounts[0]
        self.webhook_secret = sandbox.courier.secret

    def control(self, verb: str, **facts: Any) -> dict[str, Any]:
        body = json.dumps(facts).encode()
        request = urllib.request.Request(f"{self.url}/_control/{verb}", body, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as refusal:
            raise AssertionError(refusal.read().decode()) from None

    def outcome(self, checkout: str, outcome: str) -> dict[str, Any]:
        return self.control("outcome", checkout=checkout, outcome=outcome)

    def at(self, moment) -> None:
        self.control("clock", at=int(moment.timestamp()))

    def tamper(self, kind: str, reference: str, **change: Any) -> None:
        self.control("tamper", kind=kind, id=reference, change=change)

    def fault(self, kind: str, on: str = "", times: int = 1, seconds: float = 30.0) -> None:
        self.control("faults", kind=kind, on=on, times=times, seconds=seconds)

    def all(self, kind: str) -> list[dict[str, Any]]:
        return list(self.sandbox.state.things[kind].values())

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        return [event for event in self.all("event") if event["type"].startswith(kind)]


@contextmanager
def running_double(*, webhook_url: str = "", file=None):
    secret = "whsec_" + secrets.token_hex(12)
    accounts = [
        Account("acct_shop", "sk_test_" + secrets.token_hex(12)),
        Account("acct_shop", "sk_live_" + secrets.token_hex(12), livemode=True),
        Account("acct_other", "sk_test_" + secrets.token_hex(12)),
    ]
    sandbox = Sandbox(State(accounts, file=file), webhook_url=webhook_url, secret=secret)
    contract = Contract()
    specification()  # loaded now: a second of it would look like a slow provider
    sandbox.observe = contract.judge
    sandbox.courier.mode = "hold"
    sandbox.start()
    try:
        yield StripeDouble(sandbox, contract)
    finally:
        sandbox.stop()
    for event in sandbox.state.things["event"].values():
        contract.judge_event(event)
    assert contract.violations == []


@pytest.fixture
def stripe_double():
    """A double whose events wait until a test delivers them; violations fail the test."""
    with running_double() as double:
        yield double
