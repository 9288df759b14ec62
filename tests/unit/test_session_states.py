"""Every state of a session against every verb."""

from __future__ import annotations

import itertools
from contextlib import nullcontext

import pytest

from services.core.states import IllegalMoveError
from services.sessions.states import ENDS, SESSION

STATES = ("held", "booked", "in_progress", "delivered", "expired", "cancelled", "missed")
LEGAL = {
    ("held", "confirm"): "booked",
    ("held", "expire"): "expired",
    ("held", "cancel"): "cancelled",
    ("booked", "cancel"): "cancelled",
    ("booked", "start"): "in_progress",
    ("booked", "miss"): "missed",
    ("in_progress", "deliver"): "delivered",
}


class Thing:
    reference = "S-7Q4M-2XKD"

    def __init__(self, state):
        self.state = state


class Nowhere:
    """A database that keeps nothing: the table alone is looked at."""

    no_autoflush = nullcontext()

    def execute(self, *_):
        return None


@pytest.mark.parametrize(("state", "verb"), list(itertools.product(STATES, SESSION.moves)))
def test_every_verb_from_every_state(state, verb, now):
    thing = Thing(state)
    if (state, verb) in LEGAL:
        SESSION.move(Nowhere(), thing, verb, actor="system", now=now)
        assert thing.state == LEGAL[state, verb]
    else:
        with pytest.raises(IllegalMoveError):
            SESSION.move(Nowhere(), thing, verb, actor="system", now=now)
        assert thing.state == state


def test_all_states_are_known_and_nothing_leads_out_of_an_end():
    assert SESSION.states == set(STATES)
    assert not [verb for state in ENDS for verb in SESSION.moves if SESSION.allows(state, verb)]
