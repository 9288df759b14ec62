"""Controls under /_control: outcomes, time, webhooks and faults, for tests and demonstrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.sandbox import outcomes, refunds
from webapp.sandbox.courier import MODES
from webapp.sandbox.errors import ApiError, missing
from webapp.sandbox.faults import KINDS, Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.sandbox.courier import Courier
    from webapp.sandbox.faults import Faults
    from webapp.sandbox.state import State, Thing

_OUTCOMES: dict[str, Callable[[State, Thing], Thing]] = {
    "pay": outcomes.pay,
    "decline": outcomes.decline,
    "later": outcomes.pay_later,
    "settle": outcomes.settle,
    "fail": outcomes.fail_later,
}
_REFUND_OUTCOMES = {"succeed": refunds.succeed, "fail": refunds.fail}


class Controls:
    """What `POST /_control/<verb>` with a JSON body does; answers are JSON too."""

    def __init__(self, state: State, courier: Courier, faults: Faults) -> None:
        self._state = state
        self._courier = courier
        self._faults = faults

    def run(self, verb: str, facts: Thing) -> Thing:
        """Do what a control says; unknown verbs and values are ApiErrors."""
        if verb == "deliver":
            return self._deliver(facts)
        verbs: dict[str, Callable[[Thing], Thing]] = {
            "outcome": self._outcome,
            "refund": self._refund,
            "next-refund": self._next_refund,
            "clock": self._clock,
            "tamper": self._tamper,
            "webhooks": self._webhooks,
            "faults": self._fault,
            "state": lambda _facts: self._state.things,
        }
        if verb not in verbs:
            raise ApiError(404, f"No control is called {verb}.")
        with self._state.lock:
            answer = verbs[verb](facts)
            self._state.save()
            return answer

    def _thing(self, kind: str, reference: str) -> Thing:
        thing = self._state.things[kind].get(reference)
        if thing is None:
            raise missing(kind, reference)
        return thing

    def _outcome(self, facts: Thing) -> Thing:
        """{"checkout": id, "outcome": pay | decline | later | settle | fail}."""
        return _OUTCOMES[facts["outcome"]](self._state, self._thing("checkout.session", facts["checkout"]))

    def _refund(self, facts: Thing) -> Thing:
        """{"refund": id, "outcome": succeed | fail}."""
        return _REFUND_OUTCOMES[facts["outcome"]](self._state, self._thing("refund", facts["refund"]))

    def _next_refund(self, facts: Thing) -> Thing:
        """{"outcome": succeeded | pending | failed}: how the next refund goes at once."""
        self._state.refund_outcomes.append(facts["outcome"])
        return {}

    def _clock(self, facts: Thing) -> Thing:
        """{"at": second since 1970, or null for the system's time}; what is due happens."""
        self._state.clock = facts["at"]
        outcomes.run_due(self._state)
        return {"now": self._state.now()}

    def _tamper(self, facts: Thing) -> Thing:
        """{"kind", "id", "change": {…}}: make an object say what it should not say."""
        thing = self._thing(facts["kind"], facts["id"])
        thing.update(facts["change"])
        return thing

    def _webhooks(self, facts: Thing) -> Thing:
        """{"mode", "delay", "url", "release": "forward" | "back"}, each optional."""
        if facts.get("mode", "send") not in MODES:
            raise ApiError(400, f"A mode is one of {', '.join(MODES)}.")
        self._courier.mode = facts.get("mode", self._courier.mode)
        self._courier.delay = float(facts.get("delay", self._courier.delay))
        self._courier.url = facts.get("url", self._courier.url)
        if "release" in facts:
            self._courier.release(reverse=facts["release"] == "back")
        return {"mode": self._courier.mode, "held": [event["id"] for event in self._courier.held]}

    def _deliver(self, facts: Thing) -> Thing:
        """{"event": id, "twin": bool, "missigned": bool, "at": second}: send one now, say its status."""
        with self._state.lock:
            event = dict(self._thing("event", facts["event"]))
            if facts.get("twin"):
                event["id"] = self._state.new_id("event", livemode=event["livemode"])
        status = self._courier.deliver(event, missigned=bool(facts.get("missigned")), at=facts.get("at"))
        return {"status": status, "event": event["id"]}

    def _fault(self, facts: Thing) -> Thing:
        """{"kind", "on", "times", "seconds"}, or {} to forget all faults."""
        if not facts:
            self._faults.clear()
        elif facts["kind"] not in KINDS:
            raise ApiError(400, f"A fault is one of {', '.join(KINDS)}.")
        else:
            self._faults.add(Fault(**facts))
        return {}
