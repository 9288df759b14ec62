"""Every state of an attempt and of a refund against every verb."""

from __future__ import annotations

import itertools
from contextlib import nullcontext

import pytest

from billing.payments.states import ATTEMPT
from billing.payments.states import LIVE as LIVE_ATTEMPTS
from billing.refunds.states import LIVE as LIVE_REFUNDS
from billing.refunds.states import REFUND
from services.core.states import IllegalMoveError

LEGAL_ATTEMPTS = {
    ("created", "open"): "open",
    ("created", "fail"): "failed",
    ("created", "abandon"): "abandoned",
    ("created", "capture"): "captured",
    ("open", "process"): "processing",
    ("open", "capture"): "captured",
    ("open", "fail"): "failed",
    ("open", "expire"): "expired",
    ("open", "abandon"): "abandoned",
    ("processing", "capture"): "captured",
    ("processing", "fail"): "failed",
    ("failed", "capture"): "captured",
    ("expired", "capture"): "captured",
    ("abandoned", "capture"): "captured",
}
LEGAL_REFUNDS = {
    ("requested", "approve"): "approved",
    ("requested", "cancel"): "cancelled",
    ("approved", "submit"): "submitted",
    ("approved", "cancel"): "cancelled",
    ("submitted", "wait"): "pending",
    ("submitted", "succeed"): "succeeded",
    ("submitted", "fail"): "failed",
    ("submitted", "cancel"): "cancelled",
    ("pending", "succeed"): "succeeded",
    ("pending", "fail"): "failed",
    ("pending", "cancel"): "cancelled",
    ("succeeded", "fail"): "failed",
}
EVERY = [
    (machine, legal, state, verb)
    for machine, legal in ((ATTEMPT, LEGAL_ATTEMPTS), (REFUND, LEGAL_REFUNDS))
    for state, verb in itertools.product(sorted(machine.states), machine.moves)
]


class Thing:
    reference = "A-7Q4M-2XKD"

    def __init__(self, state):
        self.state = state


class Nowhere:
    """A database that keeps nothing: the table alone is looked at."""

    no_autoflush = nullcontext()

    def execute(self, *_):
        return None


@pytest.mark.parametrize(("machine", "legal", "state", "verb"), EVERY)
def test_every_verb_from_every_state(machine, legal, state, verb, now):
    thing = Thing(state)
    if (state, verb) in legal:
        machine.move(Nowhere(), thing, verb, actor="provider", now=now)
        assert thing.state == legal[state, verb]
    else:
        with pytest.raises(IllegalMoveError):
            machine.move(Nowhere(), thing, verb, actor="provider", now=now)
        assert thing.state == state


def test_money_is_a_fact_from_every_state_but_its_own():
    assert set(ATTEMPT.moves["capture"][0]) == ATTEMPT.states - {"captured"}


def test_what_lives_may_still_bring_or_take_money():
    assert set(LIVE_ATTEMPTS) == {"created", "open", "processing"}
    assert set(LIVE_REFUNDS) == REFUND.states - {"failed", "cancelled"}
