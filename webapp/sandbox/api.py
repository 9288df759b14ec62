"""The operations behind /v1: who asks, which operation, and the memory of idempotency keys."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from base64 import b64decode
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.sandbox import checkout, forms, listing, outcomes, refunds
from webapp.sandbox.errors import ApiError
from webapp.sandbox.state import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from webapp.sandbox.keys import Account
    from webapp.sandbox.state import State, Thing

_REMEMBERED = 24 * 60 * 60


@dataclass(frozen=True)
class Call:
    """One request as it came: `params` is the decoded form or query."""

    method: str
    path: str
    params: Thing
    key: str = ""
    idempotency_key: str | None = None
    version: str | None = None


@dataclass(frozen=True)
class Answer:
    """What goes back: status, JSON body, and whether it was remembered rather than made."""

    status: int
    body: Thing
    replayed: bool = False


def _read(kind: str) -> Callable[[State, Account, Thing, str], Thing]:
    def read(state: State, account: Account, params: Thing, reference: str) -> Thing:
        del params
        return state.get(kind, reference, account)

    return read


def _list(kind: str, url: str) -> Callable[[State, Account, Thing, str], Thing]:
    def read(state: State, account: Account, params: Thing, _reference: str) -> Thing:
        return listing.listed(state, account, kind, params, url)

    return read


def _lines(state: State, account: Account, params: Thing, reference: str) -> Thing:
    state.get("checkout.session", reference, account)
    return listing.page(state.line_items[reference], params, f"/v1/checkout/sessions/{reference}/line_items")


_OPERATIONS: list[tuple[str, str, Callable[[State, Account, Thing, str], Thing]]] = [
    ("POST", r"/v1/checkout/sessions", lambda s, a, p, _: checkout.create(s, a, p)),
    ("POST", r"/v1/checkout/sessions/([^/]+)/expire", lambda s, a, _, r: checkout.expire(s, a, r)),
    ("GET", r"/v1/checkout/sessions/([^/]+)/line_items", _lines),
    ("POST", r"/v1/refunds", lambda s, a, p, _: refunds.create(s, a, p)),
]
for _kind, _url in {
    "checkout.session": "/v1/checkout/sessions",
    "payment_intent": "/v1/payment_intents",
    "charge": "/v1/charges",
    "refund": "/v1/refunds",
    "event": "/v1/events",
    "balance_transaction": "/v1/balance_transactions",
}.items():
    _OPERATIONS.append(("GET", _url, _list(_kind, _url)))
    _OPERATIONS.append(("GET", f"{_url}/([^/]+)", _read(_kind)))


class Api:
    """The operations over one state, safe to call from many threads."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._running: set[str] = set()
        self._running_lock = threading.Lock()

    def answer(self, call: Call, *, before: Callable[[], None] = lambda: None) -> Answer:
        """Run one request; `before` runs while its idempotency key is taken, outside the lock."""
        try:
            account = self._account(call)
            remembered = f"{account.account}:{call.idempotency_key}" if call.idempotency_key else None
            with self._alone(remembered if call.method == "POST" else None):
                before()
                with self.state.lock:
                    return self._run(account, call, remembered if call.method == "POST" else None)
        except ApiError as refusal:
            return Answer(refusal.status, refusal.body())

    def _account(self, call: Call) -> Account:
        account = self.state.accounts.get(call.key)
        if account is None:
            shown = call.key[:8] + "…" if call.key else "(none)"
            raise ApiError(401, f"Invalid API Key provided: {shown}")
        if call.version not in (None, API_VERSION):
            message = f"The sandbox speaks {API_VERSION}, not {call.version}."
            raise ApiError(400, message, param="Stripe-Version")
        return account

    @contextmanager
    def _alone(self, remembered: str | None) -> Iterator[None]:
        if remembered is None:
            yield
            return
        with self._running_lock:
            if remembered in self._running:
                message = "There is currently another in-progress request using this Stripe-Idempotency-Key."
                raise ApiError(409, message, kind="idempotency_error", code="idempotency_key_in_use")
            self._running.add(remembered)
        try:
            yield
        finally:
            with self._running_lock:
                self._running.discard(remembered)

    def _run(self, account: Account, call: Call, remembered: str | None) -> Answer:
        state = self.state
        fingerprint = hashlib.sha256(
            json.dumps([call.path, call.params], sort_keys=True).encode()
        ).hexdigest()
        known = state.answers.get(remembered or "")
        if known is not None and state.now() - known["at"] < _REMEMBERED:
            if known["fingerprint"] != fingerprint:
                message = "Keys for idempotent requests belong to the parameters of their first use."
                raise ApiError(400, message, kind="idempotency_error")
            return Answer(known["status"], known["body"], replayed=True)
        outcomes.run_due(state)
        answer, kept = self._attempt(account, call)
        if remembered is not None and kept:
            state.answers[remembered] = {
                "fingerprint": fingerprint,
                "status": answer.status,
                "body": json.loads(json.dumps(answer.body)),
                "at": state.now(),
            }
        if call.method == "POST":
            state.save()
        return answer

    def _attempt(self, account: Account, call: Call) -> tuple[Answer, bool]:
        state = self.state
        state.idempotency_key = call.idempotency_key
        try:
            body = self._operation(account, call)
            return Answer(200, json.loads(json.dumps(body))), True
        except ApiError as refusal:
            return Answer(refusal.status, refusal.body()), refusal.kept
        finally:
            state.idempotency_key = None

    def _operation(self, account: Account, call: Call) -> Thing:
        for method, pattern, run in _OPERATIONS:
            match = re.fullmatch(pattern, call.path)
            if method == call.method and match:
                thing = run(self.state, account, call.params, match.group(1) if match.groups() else "")
                whole = thing["object"] != "list"
                return listing.expanded(self.state, thing, call.params.get("expand")) if whole else thing
        message = f"Unrecognized request URL ({call.method}: {call.path})."
        raise ApiError(404, message)


def key_of(authorization: str) -> str:
    """Return the secret key in an Authorization header, Bearer or Basic; empty when there is none."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return b64decode(rest, validate=True).decode().split(":", 1)[0]
        except ValueError:
            return ""
    return ""


def params_of(text: str) -> Thing:
    """Return the decoded form or query; Api.answer judges it further."""
    return forms.decode(text)
